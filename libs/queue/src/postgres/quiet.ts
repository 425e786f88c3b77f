import type { Client } from 'pg';
import { canaryName } from '../canary-name.ts';
import { changeFunction } from './changed-functions.ts';

/** BullMQ writes and announces up to five events for each job. Nobody reads them here, and all that commit wait for one another to announce. */
const noEvents = `
  CREATE OR REPLACE FUNCTION publish_event(p_queue text, p_event text, p_data jsonb) RETURNS bigint
  LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
  -- What is added as a batch writes its events itself.
  CREATE OR REPLACE FUNCTION drop_event() RETURNS trigger
  LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE OR REPLACE TRIGGER drop_event BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION drop_event();
  DELETE FROM event;`;

const beginning = /\bBEGIN\b/;
const nothingRuns = `BEGIN
  IF NOT EXISTS (SELECT FROM job WHERE queue = p_queue AND state = 'active')
     AND NOT EXISTS (SELECT FROM job WHERE queue = p_queue AND stalled_marked) THEN
    RETURN;
  END IF;`;

const announcesJob = /PERFORM pg_notify\('bullmq_jobs', p_queue\);/;
const announcesNoCanary = `IF p_name <> '${canaryName}' THEN
      PERFORM pg_notify('bullmq_jobs', p_queue);
    END IF;`;

/**
 * Keeps queues from writing and from waking workers while nothing happens in them: no events, no note of a search for stalled jobs where none
 * runs, and canaries that wake nobody. Within a transaction whose `search_path` is the schema.
 */
export async function keepQuiet(client: Client, schema: string): Promise<void> {
  await client.query(noEvents);
  await changeFunction(client, schema, { name: 'move_stalled_jobs_to_wait', from: beginning, to: nothingRuns });
  await changeFunction(client, schema, { name: 'add_job_unlocked', from: announcesJob, to: announcesNoCanary });
}
