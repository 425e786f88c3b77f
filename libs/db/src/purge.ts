import type { Database } from './database.ts';

/**
 * Found by the index of their age, which takes a time that does not change within the statement, and removed where they were found: a
 * row that somebody writes meanwhile is in another place then, and stays. In steps, so that no statement holds locks for long.
 */
const removeFrom = (table: string, stale: string) => `WITH removed AS (
    DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${stale} LIMIT $1)) RETURNING 1)
  SELECT count(*) AS removed FROM removed`;

/** By a function of the owner: the role of the running processes cannot take away what still counts. */
export const purgeRateLimits = { name: 'purge-rate-limits', text: 'SELECT purge_rate_limits($1) AS removed' };

/** Rows that no decision needs any more. */
const steps = [
  purgeRateLimits,
  {
    name: 'purge-auto-replies',
    text: removeFrom('auto_replies', `created_at < now() - interval '30 days' AND status NOT IN ('pending', 'sending')`),
  },
  // A failed job stays in the queue for seven days. Without it nobody can send the reply any more.
  { name: 'purge-failed-replies', text: removeFrom('outbox', `kind = 'auto-reply' AND failed_at < now() - interval '8 days'`) },
  { name: 'purge-template-usage', text: removeFrom('mood_template_usage', `day < current_date - 400`) },
  { name: 'purge-conversations', text: removeFrom('auto_reply_conversations', `updated_at < now() - interval '1 day'`) },
];

/** Removes what is out of date. @returns how many rows went; `signal` ends it early. */
export async function purgeStaleRows(database: Database, signal: AbortSignal, batch = 1_000): Promise<number> {
  let purged = 0;
  for (const step of steps) {
    for (let removed = batch; removed === batch && !signal.aborted; purged += removed) {
      const [row] = await database.query<{ removed: number }>(step, [batch]);
      removed = row?.removed ?? 0;
    }
  }
  return purged;
}
