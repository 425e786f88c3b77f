import type { Client } from 'pg';
import { changeFunction } from './changed-functions.ts';

/** How many delayed jobs are moved to those that wait whenever a job is taken: many while few wait, and a few however many do. */
export const promoted = { whileFewWait: 200, otherwise: 10 };
/** So many are enough to go on with. */
const enough = 100;

/**
 * BullMQ moves all delayed jobs that are due in the statement that takes one job. When a hundred thousand are due at one moment, that takes
 * longer than a statement may, is cancelled, and begins again, for ever. This takes the earliest ones, by their keys. More than one for each that is taken, so
 * that other jobs, which come all the time, do not keep them waiting.
 */
const promoteDueJobs = `
  CREATE OR REPLACE FUNCTION promote_due_jobs(p_queue text, p_now bigint) RETURNS integer
  LANGUAGE plpgsql
  SET search_path FROM CURRENT
  -- Planned while the table is empty, it would sort all that is due from then on.
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  SET enable_sort = off
  AS $$
  DECLARE
    v_most integer := ${promoted.whileFewWait};
    v_ids text[];
    v_id text;
  BEGIN
    IF EXISTS (SELECT FROM job WHERE queue = p_queue AND state = 'waiting' ORDER BY priority, seq OFFSET ${enough} LIMIT 1) THEN
      v_most := ${promoted.otherwise};
    END IF;
    -- What another worker is promoting is left to it.
    SELECT array_agg(id) INTO v_ids FROM (
      SELECT id FROM job WHERE queue = p_queue AND state = 'delayed' AND process_at_ms <= p_now
       ORDER BY process_at_ms LIMIT v_most FOR UPDATE SKIP LOCKED) due;
    IF v_ids IS NULL THEN
      RETURN 0;
    END IF;
    UPDATE job SET state = 'waiting', delay_ms = 0 WHERE queue = p_queue AND id = ANY (v_ids);
    FOREACH v_id IN ARRAY v_ids LOOP
      PERFORM publish_event(p_queue, 'waiting', jsonb_build_object('jobId', v_id, 'prev', 'delayed'));
    END LOOP;
    RETURN cardinality(v_ids);
  END;
  $$;`;

/** Looking for stalled jobs unmarks all that are marked, every two seconds: without an index it reads the whole queue for that. */
const stalledIndex = `CREATE INDEX IF NOT EXISTS job_stalled_marked_idx ON job (queue) WHERE stalled_marked`;

/** Where BullMQ's function that takes a job promotes all that is due. */
const promotesAll =
  /FOR v_id IN\s+WITH promoted AS \(\s+UPDATE job\s+SET state = 'waiting', delay_ms = 0\s[^;]+?SELECT id FROM promoted\s+LOOP\s[^;]+;\s+END LOOP;/;

/** Makes BullMQ's functions promote in steps, and adds the index that they lack. Within a transaction whose `search_path` is the schema. */
export async function promoteInSteps(client: Client, schema: string): Promise<void> {
  await client.query(stalledIndex);
  await client.query(promoteDueJobs);
  await changeFunction(client, schema, { name: 'move_to_active', from: promotesAll, to: 'PERFORM promote_due_jobs(p_queue, p_now);' });
}
