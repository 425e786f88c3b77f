import type { BenchSystem } from './system.ts';

/** Who write to the models, in turns. */
const users = 5_000;
/** Each has a lock of its own until its transaction ends. */
const notedAtATime = 1_000;
const noteMessages = `SELECT count(r.outcome) FROM generate_series($1::integer, $2::integer) n, LATERAL receive_message(
  jsonb_populate_record(NULL::received_message, jsonb_build_object('item', 0, 'id', uuidv7(), 'message_id', 'late-' || n,
    'conversation_id', 'late-' || n, 'model_id', ($3::uuid[])[1 + n % $4], 'user_id', ($5::uuid[])[1 + n % $6],
    'received_at', now() - interval '1 minute', 'cooldown_seconds', 0, 'max_late_seconds', 86400, 'daily_cap', 100000,
    'patience_seconds', 15))) r`;

/** Replies to messages that came a minute ago, as the worker itself notes them, and due since then. */
export async function noteReplies(system: BenchSystem, count: number): Promise<void> {
  const { database } = system.postgres;
  const userIds = await system.platform.createUsers(users, 'gold');
  await database.query(`UPDATE model_mood_states SET response_delay = 0, updated_at = now() - interval '1 hour'`);
  for (let from = 0; from < count; from += notedAtATime) {
    const values = [from, Math.min(from + notedAtATime, count) - 1, system.models, system.models.length, userIds, users];
    await database.query(noteMessages, values);
  }
  await database.query('VACUUM ANALYZE');
}
