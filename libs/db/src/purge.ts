import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { removeOldReplies } from './auto-replies/remove-old-replies.ts';
import { sumUpPhases } from './experiments/sum-up-phases.ts';
import { statement } from './statement.ts';
import type { Tables } from './statement.ts';

interface Removed {
  removed: number;
}

/**
 * Found by the index of their age, which takes a time that does not change within the statement, and removed where they were found: a
 * row that somebody writes meanwhile is in another place then, and stays. In steps, so that no statement holds locks for long.
 */
const removal = (name: string, table: keyof Tables, stale: RawBuilder<unknown>) =>
  statement(
    name,
    { limit: 'integer' },
    (_, { limit }) => sql<Removed>`WITH removed AS (
    DELETE FROM ${sql.table(table)} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${sql.table(table)} WHERE ${stale} LIMIT ${limit})) RETURNING 1)
  SELECT count(*) AS removed FROM removed`,
  );

/** By a function of the owner: the role of the running processes cannot take away what still counts. */
const purgeRateLimits = statement(
  'purge-rate-limits',
  { limit: 'integer' },
  (_, { limit }) => sql<Removed>`SELECT purge_rate_limits(${limit}) AS removed`,
);

/** Rows that no decision needs any more. A message or an answer belongs to a reply for a day after it was sent, which is minutes after its conversation was written. */
const steps = [
  purgeRateLimits,
  // A failed job stays in the queue for seven days. Without it nobody can send the reply any more.
  removal('purge-failed-replies', 'outbox', sql`kind = 'auto-reply' AND failed_at < now() - interval '8 days'`),
  removal('purge-template-usage', 'mood_template_usage', sql`day < current_date - 400`),
  removal('purge-feedback', 'mood_feedback', sql`given_at < now() - interval '400 days'`),
  removal('purge-counts', 'analytics_counts', sql`bucket_start < now() - interval '400 days'`),
  // Of processes that ended long ago: a batch of theirs cannot come again.
  removal('purge-count-batches', 'analytics_count_batches', sql`stored_at < now() - interval '30 days'`),
  removal('purge-conversations', 'auto_reply_conversations', sql`updated_at < now() - interval '2 days'`),
];

export interface PurgeOptions {
  /** For so long replies are kept that are over. */
  keepRepliesDays?: number;
  /** The most rows that a statement removes. */
  batch?: number;
}

/** Removes what is out of date. @returns how many rows went; `signal` ends it early. */
export async function purgeStaleRows(
  database: Database,
  signal: AbortSignal,
  { keepRepliesDays = 30, batch = 1_000 }: PurgeOptions = {},
): Promise<number> {
  // Replies of an experiment are kept until its results are: a user who was exposed long ago is still exposed.
  await sumUpPhases(database, signal);
  let purged = await removeOldReplies(database, signal, { days: keepRepliesDays, batch });
  for (const step of steps) {
    for (let removed = batch; removed === batch && !signal.aborted; purged += removed) {
      const [row] = await step.run(database.query, { limit: batch });
      removed = row?.removed ?? 0;
    }
  }
  return purged;
}
