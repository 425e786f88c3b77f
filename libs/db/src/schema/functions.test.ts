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

const [model, user, admin, key] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

/** Functions of the owner and those within them, triggers, and what they refuse. */
const calls: readonly string[] = [
  `INSERT INTO performers (id) VALUES ('${model}')`,
  `SELECT ensure_data_key('${key}', '${model}', 'm1', '\\x00')`,
  `SELECT accept_terms('${model}', 'v1')`,
  `SELECT record_audit_access('read', '${admin}', '{}')`,
  `SELECT change_mood('${model}', 'positive', NULL, true, 0, clock_timestamp() + interval '1 hour', 'model', NULL, uuidv7(), '${key}', NULL, NULL, NULL,
    NULL, 50, 'v1', NULL, NULL)`,
  `SELECT * FROM change_moods(ARRAY['${model}']::uuid[], ARRAY['negative'], ARRAY[NULL], ARRAY[true], ARRAY[0], ARRAY[NULL]::timestamptz[], ARRAY['admin'],
    ARRAY['${admin}']::uuid[], ARRAY[uuidv7()], ARRAY['${key}']::uuid[], ARRAY['\\x00'::bytea], ARRAY[NULL]::bytea[], ARRAY[NULL]::bytea[],
    ARRAY[NULL]::bytea[], ARRAY[NULL]::integer[], ARRAY[NULL], ARRAY[NULL]::integer[], ARRAY['policy'])`,
  `SELECT expire_mood('${model}', 2)`,
  `SELECT purge_rate_limits(10)`,
  `SELECT * FROM receive_user_messages(ARRAY[uuidv7()], ARRAY['m'], ARRAY['c'], ARRAY['${model}']::uuid[], ARRAY['${user}']::uuid[], ARRAY[now()],
    ARRAY[300], ARRAY[900], ARRAY[20], ARRAY['q'], ARRAY['j'], ARRAY[60])`,
  `SELECT answer_conversation('c', '${model}', now())`,
  `UPDATE mood_messaging_templates SET priority = 1`,
];
/** Calls that fail are not counted; the error says which function it is from. */
const refused: Readonly<Record<string, string>> = {
  refuse_change: 'DELETE FROM mood_transition_logs',
  refuse_template_deletion: 'DELETE FROM mood_messaging_templates',
};

/** PostgreSQL puts its body in the place of the call, and does not count it. */
const inlined = 'mood_transition_hash';

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
    `SELECT bool_and(hash = ${inlined}(l)) AS sealed, count(*)::int AS entries FROM mood_transition_logs l`,
  );
  expect(hashed).toEqual([{ sealed: true, entries: 2 }]);
  expect([inlined, ...Object.keys(refused), ...rows.map(({ name }) => name)].toSorted()).toEqual(
    readSchema().functions.map(({ name }) => name),
  );
});
