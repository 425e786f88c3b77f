import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { readSchema } from './sql-files.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

const [model, user, admin, key, log, reply] = Array.from({ length: 6 }, () => randomUUID());

/** Functions of the owner and those within them, triggers, and what they refuse. */
const calls: readonly string[] = [
  `INSERT INTO performers (id) VALUES ('${model}')`,
  `SELECT ensure_data_key('${key}', '${model}', 'm1', '\\x00')`,
  `SELECT accept_terms('${model}', 'v1')`,
  `SELECT record_audit_access('read', '${admin}', '{}')`,
  `SELECT change_moods('[{"item": 0, "model_id": "${model}", "mood_state": "positive", "auto_respond": true, "changed_by": "model", "log_id": "${log}",
    "data_key_id": "${key}", "expires_at": "2999-01-01T00:00:00Z", "hourly_limit": 50, "terms_version": "v1"}]', false)`,
  `SELECT expire_mood('${model}', 1), expire_moods('[]', 1)`,
  `SELECT see_mood_cache('${user}', 'servers'), open_mood_cache(0, 'epoch', 'servers'), close_mood_cache('epoch')`,
  `SELECT purge_rate_limits(10)`,
  `SELECT * FROM receive_messages('[{"item": 0, "id": "${reply}", "message_id": "m", "conversation_id": "c", "model_id": "${model}", "user_id": "${user}",
    "received_at": "2026-01-01T00:00:00Z", "cooldown_seconds": 300, "max_late_seconds": 900, "daily_cap": 20, "patience_seconds": 60}]')`,
  `SELECT answer_conversation('c', '${model}', now())`,
  `SELECT note_engagement(c, '${user}', now()) FROM auto_reply_conversations c`,
  `UPDATE mood_messaging_templates SET priority = 1`,
  `SELECT set_flag('a.flag', '{"percentage": 0, "ids": [], "roles": []}', 0, '${admin}', 'a test')`,
  `SELECT * FROM analytics_changes(now() - interval '1 day', now())`,
  `SELECT roll_up_analytics('2026-01-01T00:00:00Z', '2026-01-01T00:15:00Z', false)`,
  `SELECT * FROM reconcile_analytics('2026-01-01T00:00:00Z', '2026-01-01T00:15:00Z')`,
  `INSERT INTO mood_experiment_decisions (experiment, kind, planned_effect, planned_size, holdout, within_minutes) VALUES ('x', 'plan', 0.01, 100, 0, 60)`,
];
/** Calls that fail are not counted; the error says which function it is from. */
const refused: Readonly<Record<string, string>> = {
  refuse_change: 'DELETE FROM mood_transition_logs',
  refuse_template_deletion: 'DELETE FROM mood_messaging_templates',
};

/** PostgreSQL puts their bodies in the place of the call, and does not count it. Without them `change_moods`, or `analytics_sums`, could not work. */
const inlined = ['analytics_changes', 'judge_mood_changes', 'mood_transition_hash', 'seal_transition'];

test('every function can be called, and this calls every function', async () => {
  await opened.sql.query(`SET track_functions = 'all'`);
  for (const call of calls) await opened.sql.query(call);
  for (const [name, call] of Object.entries(refused))
    await expect(opened.sql.query(call)).rejects.toMatchObject({ code: '42501', where: expect.stringContaining(`${name}()`) });
  await opened.sql.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await opened.sql.query<{ name: string }>(
    `SELECT funcname AS name FROM pg_stat_user_functions WHERE schemaname = 'public' AND calls > 0`,
  );
  const { rows: hashed } = await opened.sql.query(
    `SELECT bool_and(hash = mood_transition_hash(l)) AS sealed, count(*)::int AS entries FROM mood_transition_logs l`,
  );
  expect(hashed).toEqual([{ sealed: true, entries: 1 }]);
  expect([...inlined, ...Object.keys(refused), ...rows.map(({ name }) => name)].toSorted()).toEqual(
    readSchema().functions.map(({ name }) => name),
  );
});
