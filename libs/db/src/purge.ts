import type { Database } from './database.ts';

/** Rows that no decision needs any more. In steps, so that no statement holds locks for long. */
const steps = [
  {
    name: 'purge-rate-limits',
    text: `DELETE FROM mood_rate_limits WHERE id IN (SELECT id FROM mood_rate_limits WHERE window_end < clock_timestamp() LIMIT $1)`,
  },
  {
    name: 'purge-auto-replies',
    text: `DELETE FROM auto_replies WHERE id IN (SELECT id FROM auto_replies WHERE created_at < clock_timestamp() - interval '30 days'
      AND status NOT IN ('pending', 'sending') LIMIT $1)`,
  },
  {
    name: 'purge-template-usage',
    text: `DELETE FROM mood_template_usage WHERE (template_id, day) IN (
      SELECT template_id, day FROM mood_template_usage WHERE day < current_date - 400 LIMIT $1)`,
  },
  {
    name: 'purge-conversations',
    text: `DELETE FROM auto_reply_conversations WHERE (model_id, conversation_id) IN (
      SELECT model_id, conversation_id FROM auto_reply_conversations WHERE updated_at < clock_timestamp() - interval '1 day' LIMIT $1)`,
  },
];

/** Removes what is out of date. @returns how many rows went; `signal` ends it early. */
export async function purgeStaleRows(database: Database, signal: AbortSignal, batch = 1_000): Promise<number> {
  let purged = 0;
  for (const step of steps) {
    for (let removed = batch; removed === batch && !signal.aborted; purged += removed) {
      const rows = await database.query<{ id: number }>({ name: step.name, text: `${step.text} RETURNING 1 AS id` }, [batch]);
      removed = rows.length;
    }
  }
  return purged;
}
