import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseAway } from '@mood/domain';
import { Client } from 'pg';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { eventually } from '@mood/testing/eventually';
import { connectForTest } from './database.fixture.ts';
import type { Database, Statement } from './database.ts';
import { columns } from './entities/index.ts';
import { inspectDatabase } from './fitness.ts';
import { migrate } from './migrate.ts';
import { grantedRights } from './schema/rights.ts';
import { readSchema, sqlFunction } from './schema/sql-files.ts';
import type { Schema } from './schema/sql-files.ts';

let test1: TestDatabase;
let database: Database;
beforeEach(async () => {
  test1 = await createTestDatabase();
  database = connectForTest(test1.serviceUrl);
});
afterEach(async () => {
  await database.close();
  await test1.drop();
});

const [newest, beforeNewest] = readSchema()
  .migrations.map(({ name }) => name)
  .toReversed();
const read = () => database.query({ name: 'read', text: 'SELECT * FROM model_mood_states WHERE model_id = $1' }, [randomUUID()]);

describe('a database', () => {
  test('that is migrated and grants what is needed has no problem', async () => {
    expect(await database.inspect()).toEqual({ problem: undefined, isReadOnly: false });
    expect(await read()).toEqual([]);
  });

  test.each([
    ['DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO mood_app', /^the schema is at nothing/],
    [
      `DELETE FROM mood_migrations WHERE name = '${newest}'`,
      new RegExp(`^the schema is at ${beforeNewest}, this release needs ${newest}: npm run migrate`),
    ],
    ['DELETE FROM mood_migrations', /^the schema is at nothing, this release needs/],
    ['REVOKE ALL ON mood_migrations FROM mood_app', /^the schema is at the state of an older release .* npm run migrate/],
    ['REVOKE USAGE ON SCHEMA public FROM PUBLIC', /^the schema is at .* npm run migrate/],
    ['REVOKE ALL ON ALL TABLES IN SCHEMA public FROM mood_app', /^the schema is at .* npm run migrate/],
    ['REVOKE SELECT ON model_mood_states FROM mood_app', /lacks SELECT on model_mood_states; .* npm run migrate/],
    ['REVOKE UPDATE (job_id) ON outbox FROM mood_app', /lacks UPDATE \(job_id\) on outbox; .* npm run migrate/],
    ['ALTER TABLE outbox RENAME COLUMN checks TO other', /lacks UPDATE \(checks\) on outbox; .* npm run migrate/],
    ['REVOKE INSERT ON outbox FROM mood_app', /lacks INSERT on outbox; .* npm run migrate/],
    ['DROP TABLE auto_replies CASCADE', /lacks .*on auto_replies.* npm run migrate/],
    ['ALTER TABLE model_mood_states RENAME TO other', /lacks .* on model_mood_states/],
    [
      `DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE proname = 'change_moods'
        LOOP EXECUTE 'DROP FUNCTION ' || f; END LOOP; END $$`,
      /lacks EXECUTE on change_moods\(\); .* npm run migrate/,
    ],
    ['REVOKE EXECUTE ON FUNCTION answer_conversation FROM mood_app', /lacks EXECUTE on answer_conversation\(\)/],
  ])('after "%s" has one that says what it is at, what is needed and what to do', async (statement, words) => {
    await test1.query(statement);
    const { problem } = await database.inspect();
    expect(problem).toMatch(words);
    expect(problem).toContain(`this release needs ${newest}: npm run migrate`);
    expect(problem).not.toContain('\n');
    expect(database.isReachable()).toBe(false);
  });

  test.each(['DROP TABLE model_mood_states CASCADE', 'REVOKE SELECT ON model_mood_states FROM mood_app', 'DROP SCHEMA public CASCADE'])(
    'that does not fit is one that is away for whoever asks it, and there again when it is mended: %s',
    async (statement) => {
      await test1.query(statement);
      await expect(read()).rejects.toBeInstanceOf(DatabaseAway);
      expect(database.isReachable()).toBe(false);
    },
  );

  test.each([
    'ALTER TABLE model_mood_states RENAME TO other',
    'ALTER TABLE model_mood_states RENAME COLUMN model_id TO other',
    'REVOKE SELECT ON model_mood_states FROM mood_app',
    'REVOKE USAGE ON SCHEMA public FROM PUBLIC',
  ])('that has just been found fit is away from the first refusal on: %s', async (statement) => {
    expect(await database.inspect()).toMatchObject({ problem: undefined });
    await test1.query(statement);
    await expect(read()).rejects.toBeInstanceOf(DatabaseAway);
    expect(database.isReachable()).toBe(false);
  });

  test('heals by itself when the right comes back', async () => {
    await test1.query('REVOKE SELECT ON model_mood_states FROM mood_app');
    await expect(read()).rejects.toBeInstanceOf(DatabaseAway);
    await migrate({ databaseUrl: test1.url });
    expect(await read()).toEqual([]);
  });

  test('with a newer schema is fine: a neighbour of this release is being rolled out', async () => {
    await test1.query(`INSERT INTO mood_migrations (name, executed_at) VALUES ('Migration20990101000000_later', now())`);
    expect((await database.inspect()).problem).toBeUndefined();
  });
});

/** A release in which a function has another text, and does the same. */
function releaseWithAnother(name: string): Schema {
  const { functions, ...others } = readSchema();
  return {
    ...others,
    functions: functions.map((one) =>
      one.name === name ? sqlFunction(name, one.text.replace('BEGIN', 'BEGIN\n  -- Another text.')) : one,
    ),
  };
}

const hashOf = (name: string) => readSchema().functions.find((one) => one.name === name)?.hash;

describe('a function', () => {
  test.each([
    [`ALTER FUNCTION expire_mood RESET ALL`, 'and expire_mood() has another text'],
    [`ALTER FUNCTION seal_transition SECURITY DEFINER`, 'and seal_transition() has another text'],
    [
      `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
      'and refuse_change() has another text',
    ],
    [
      `DROP FUNCTION answer_conversation; ALTER FUNCTION accept_terms VOLATILE SECURITY INVOKER`,
      'and "mood_test_service" lacks EXECUTE on answer_conversation()',
    ],
    [`DELETE FROM mood_functions WHERE name IN ('change_moods', 'accept_terms')`, 'and accept_terms(), change_moods() have another text'],
  ])('that was changed by hand is found, and made again by a migration: %s', async (statement, words) => {
    await test1.query(statement);
    expect((await database.inspect()).problem).toBe(
      `the schema is at ${newest}, ${words}; this release needs ${newest}: npm run migrate${words.includes('lacks') ? ', and GRANT mood_app TO "mood_test_service"' : ''}`,
    );
    const { migrations, functions } = await migrate({ databaseUrl: test1.url });
    expect(migrations).toEqual([]);
    expect(functions).not.toEqual([]);
    await eventually(
      () => database.inspect(),
      ({ problem }) => problem === undefined,
    );
  });

  test('of a newer release serves the processes of this one; of an older release it does not serve those of a newer one', async () => {
    expect(await migrate({ databaseUrl: test1.url, schema: releaseWithAnother('expire_mood') })).toEqual({
      migrations: [],
      functions: ['expire_mood'],
    });
    expect((await database.inspect()).problem).toBeUndefined();
    // A database that has never had this release's text is at an older one.
    await test1.query('DELETE FROM mood_functions WHERE name = $1 AND text_hash = $2', ['expire_mood', hashOf('expire_mood')]);
    await eventually(
      () => database.inspect(),
      ({ problem }) =>
        problem === `the schema is at ${newest}, and expire_mood() has another text; this release needs ${newest}: npm run migrate`,
    );
    expect(await migrate({ databaseUrl: test1.url })).toEqual({ migrations: [], functions: ['expire_mood'] });
    await eventually(
      () => database.inspect(),
      ({ problem }) => problem === undefined,
    );
  });
});

test('every function of ours that a source calls is granted, and so looked for', () => {
  const sources = globSync('**/*.ts', { cwd: import.meta.dirname, exclude: ['**/*.test.ts', 'fitness.ts'] })
    .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const { functions, rights } = readSchema();
  const called = new Set<string>();
  // What a function with the rights of its caller calls is called with them, too.
  const look = (text: string) => {
    for (const { name, text: body } of functions) {
      if (called.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      called.add(name);
      if (!body.includes('SECURITY DEFINER')) look(body);
    }
  };
  look(sources);
  expect(grantedRights(rights).functions.toSorted()).toEqual([...called].toSorted());
});

/** Who has them is the platform, or the migrator. */
const notOurs = ['users', 'performers', 'mood_migrations'];

describe('the columns of the schema', () => {
  test('are all looked for, and no others', async () => {
    const rows = await test1.query<{ table: string; names: string[] }>(
      `SELECT table_name AS table, array_agg(column_name::text ORDER BY column_name) AS names FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> ALL ($1) GROUP BY table_name`,
      [notOurs],
    );
    const stored = Object.fromEntries(rows.map(({ table, names }) => [table, names]));
    // A migration that adds or drops a column changes libs/db/src/entities, too.
    expect(Object.fromEntries(Object.entries(columns).map(([table, names]) => [table, names.toSorted()]))).toEqual(stored);
  });

  test.each(Object.entries(columns))('of %s are missed, whichever is gone, dropped or under another name', async (table, names) => {
    const owner = new Client({ connectionString: test1.url });
    await owner.connect();
    for (const [index, column] of names.entries()) {
      await owner.query('BEGIN');
      try {
        await owner.query(
          index % 2 === 0 ? `ALTER TABLE ${table} DROP COLUMN ${column} CASCADE` : `ALTER TABLE ${table} RENAME COLUMN ${column} TO other`,
        );
        const { problem } = await inspectDatabase(
          async <Row extends object>({ text }: Statement, values: readonly unknown[]) => (await owner.query<Row>(text, [...values])).rows,
        );
        expect(problem).toContain(`without ${table}.${column}; this release needs ${newest}: npm run migrate`);
      } finally {
        await owner.query('ROLLBACK');
      }
    }
    await owner.end();
  });

  test('that is gone makes the database one that is away, until it is there again', async () => {
    await test1.query('ALTER TABLE model_mood_states RENAME COLUMN held_until TO other');
    await expect(database.query({ name: 'read-column', text: 'SELECT held_until FROM model_mood_states' }, [])).rejects.toBeInstanceOf(
      DatabaseAway,
    );
    expect(database.isReachable()).toBe(false);
    expect((await database.inspect()).problem).toMatch(/^the schema is at \w+, without model_mood_states\.held_until; /);
    await test1.query('ALTER TABLE model_mood_states RENAME COLUMN other TO held_until');
    await eventually(
      () => database.inspect(),
      ({ problem }) => problem === undefined,
    );
    expect(database.isReachable()).toBe(true);
  });
});
