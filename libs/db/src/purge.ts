import type { Database } from './database.ts';

/** Rows that no decision needs any more. */
const steps = [
  { name: 'purge-rate-limits', table: 'mood_rate_limits', stale: `window_end < now()` },
  {
    name: 'purge-auto-replies',
    table: 'auto_replies',
    stale: `created_at < now() - interval '30 days' AND status NOT IN ('pending', 'sending')`,
  },
  // A failed job stays in the queue for seven days. Without it nobody can send the reply any more.
  { name: 'purge-failed-replies', table: 'outbox', stale: `kind = 'auto-reply' AND failed_at < now() - interval '8 days'` },
  { name: 'purge-template-usage', table: 'mood_template_usage', stale: `day < current_date - 400` },
  { name: 'purge-conversations', table: 'auto_reply_conversations', stale: `updated_at < now() - interval '1 day'` },
];

/**
 * Found by the index of their age, which takes a time that does not change within the statement, and removed where they were found: a
 * row that somebody writes meanwhile is in another place then, and stays. In steps, so that no statement holds locks for long.
 */
const remove = (table: string, stale: string) =>
  `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${stale} LIMIT $1)) RETURNING 1 AS id`;

/** Removes what is out of date. @returns how many rows went; `signal` ends it early. */
export async function purgeStaleRows(database: Database, signal: AbortSignal, batch = 1_000): Promise<number> {
  let purged = 0;
  for (const { name, table, stale } of steps) {
    for (let removed = batch; removed === batch && !signal.aborted; purged += removed) {
      const rows = await database.query<{ id: number }>({ name, text: remove(table, stale) }, [batch]);
      removed = rows.length;
    }
  }
  return purged;
}
