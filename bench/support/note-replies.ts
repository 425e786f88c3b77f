import type { BenchSystem } from './system.ts';

/** Who write to the models, in turns. */
const users = 5_000;
/** Each has a lock of its own until its transaction ends. */
const notedAtATime = 1_000;
const noteMessages = `SELECT count(r.outcome) FROM generate_series($1::integer, $2::integer) n, LATERAL receive_message(ROW(0, uuidv7(), 'late-' || n,
  'late-' || n, ($3::uuid[])[1 + n % $4], ($5::uuid[])[1 + n % $6], now() - interval '1 minute', 0, 86400, 100000, NULL, NULL, 15)::received_message) r`;

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
