import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

/** From then on rows may be missing: said before they go, and only when some do, or become as old within the hour. */
const noteRemoval = statement(
  'note-removed-replies',
  { days: 'integer' },
  (_, { days }) => sql<never>`UPDATE retention_marks SET removed_before = now() - make_interval(days => ${days})
    WHERE name = 'auto_replies' AND removed_before < now() - make_interval(days => ${days})
      AND EXISTS (SELECT FROM auto_replies WHERE created_at < now() - make_interval(days => ${days}) + interval '1 hour')`,
);

interface StepRow {
  looked: number;
  removed: number;
  /** When the last one that was looked at was made. */
  micros: string | null;
}

/**
 * In the order of their age, each step behind the one before: replies that stay (of an experiment, or still open) are passed once, however many they
 * are. Those of one moment are taken together. What goes is removed where it was found: a row that somebody writes meanwhile is in another place then,
 * and stays.
 */
const removeStep = statement(
  'remove-old-replies',
  { days: 'integer', behind: 'bigint', limit: 'integer' },
  (_, { days, behind, limit }) => sql<StepRow>`WITH old AS MATERIALIZED (
      SELECT ctid, created_at, status NOT IN ('pending', 'sending')
        AND (phase_id IS NULL OR phase_id IN (SELECT id FROM mood_experiment_phases WHERE summed_at IS NOT NULL)) AS goes
      FROM auto_replies
      WHERE created_at > timestamptz 'epoch' + ${behind} * interval '1 microsecond' AND created_at < now() - make_interval(days => ${days})
      ORDER BY created_at FETCH FIRST (${limit}) ROWS WITH TIES),
    removed AS (DELETE FROM auto_replies WHERE ctid = ANY(ARRAY(SELECT ctid FROM old WHERE goes)) RETURNING 1)
    SELECT (SELECT count(*) FROM old)::integer AS looked, (SELECT count(*) FROM removed)::integer AS removed,
      (SELECT (extract(epoch FROM max(created_at)) * 1000000)::bigint::text FROM old) AS micros`,
);

export interface RemovalOptions {
  days: number;
  /** So many rows are looked at by a statement. */
  batch: number;
}

/**
 * Removes replies that are over and older than so many days. Those of an experiment are kept until its results are: a user who was exposed long ago
 * is still exposed.
 * @returns how many; `signal` ends it early.
 */
export async function removeOldReplies(database: Database, signal: AbortSignal, { days, batch }: RemovalOptions): Promise<number> {
  if (signal.aborted) return 0;
  await noteRemoval.run(database.query, { days });
  let [removed, behind] = [0, '0'];
  while (!signal.aborted) {
    const [step] = await removeStep.run(database.query, { days, behind, limit: batch });
    removed += step?.removed ?? 0;
    if (step === undefined || step.micros === null || step.looked < batch) break;
    behind = step.micros;
  }
  return removed;
}
