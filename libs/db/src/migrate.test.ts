import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '@mood/testing/eventually';
import { administer, databaseUrl, testServerUrl } from '@mood/testing/database';
import { urlFor } from './application-role.ts';
import { connectForTest } from './database.fixture.ts';
import type { Database } from './database.ts';
import { DatabaseUnfit } from './fitness.ts';
import { migrate } from './migrate.ts';
import { readSchema, sqlFunction } from './schema/sql-files.ts';
import { readDefaultTemplates, seedTemplates } from './templates/seed-templates.ts';
import { createTemplateStore } from './templates/template-store.ts';

const { migrations, functions, rights } = readSchema();
const defaultTemplates = (await readDefaultTemplates()).templates;

let url: string;
let databases: Database[];
const name = () => new URL(url).pathname.slice(1);

/** An empty database, and the pools of several processes. */
beforeEach(async () => {
  url = databaseUrl(testServerUrl(), `migrate_${randomUUID().replaceAll('-', '')}`);
  await administer(testServerUrl(), `CREATE DATABASE ${name()}`);
  databases = Array.from({ length: 3 }, () => connectForTest(url));
});
afterEach(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await administer(testServerUrl(), `DROP DATABASE IF EXISTS ${name()} WITH (FORCE)`);
});

/** Runs statements on a connection of their own. */
async function asOwner(statements: string): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    await owner.query(statements);
  } finally {
    await owner.end();
  }
}

async function countsOf(database: Database | undefined) {
  const rows = await database?.query(
    {
      name: 'template-counts',
      text: `SELECT (SELECT count(*)::int FROM mood_messaging_templates) AS templates,
        (SELECT count(*)::int FROM mood_template_versions) AS versions`,
    },
    [],
  );
  return rows?.[0];
}

const seededOnce = { templates: defaultTemplates.length, versions: defaultTemplates.length };

describe('the schema', () => {
  test('is made once: migrating again changes nothing', async () => {
    const made = await migrate({ databaseUrl: url });
    expect(made.migrations).toEqual(migrations.map(({ name }) => name));
    expect(made.functions.toSorted()).toEqual(functions.map(({ name }) => name));
    expect(await migrate({ databaseUrl: url })).toEqual({ migrations: [], functions: [] });
    expect(await countsOf(databases[0])).toEqual(seededOnce);
  });

  test('is made once, though several processes begin at once', async () => {
    const made = await Promise.all(databases.map(() => migrate({ databaseUrl: url })));
    expect(made.map((one) => one.migrations.length).toSorted((a, b) => a - b)).toEqual([0, 0, migrations.length]);
    expect(made.map((one) => one.functions.length).toSorted((a, b) => a - b)).toEqual([0, 0, functions.length]);
    expect(await countsOf(databases[0])).toEqual(seededOnce);
  });

  test('is kept as it was when any part of a migration fails', async () => {
    await migrate({ databaseUrl: url });
    const changed = functions.map((one) => (one.name === 'accept_terms' ? sqlFunction(one.name, `${one.text}\n-- Later.`) : one));
    const next = { name: '0002_next', text: 'CREATE TABLE next (id uuid)' };
    const schema = { migrations: [...migrations, next], functions: changed, rights: `${rights}\nGRANT SELECT ON missing TO mood_app;` };
    await expect(migrate({ databaseUrl: url, schema })).rejects.toThrow('relation "missing" does not exist');
    expect(await migrate({ databaseUrl: url })).toEqual({ migrations: [], functions: [] });
    const rows = await databases[0]?.query(
      { name: 'next', text: `SELECT to_regclass('next') AS next, (SELECT count(*)::int FROM mood_functions) AS texts` },
      [],
    );
    expect(rows).toEqual([{ next: null, texts: functions.length }]);
    expect(await migrate({ databaseUrl: url, schema: { ...schema, rights } })).toEqual({
      migrations: ['0002_next'],
      functions: ['accept_terms'],
    });
  });

  test('of before the first release is refused, with what to do', async () => {
    await asOwner(`CREATE TABLE mood_migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, executed_at timestamptz DEFAULT now());
      INSERT INTO mood_migrations (name) VALUES ('Migration20260101000000_initial')`);
    const refused = migrate({ databaseUrl: url });
    await expect(refused).rejects.toBeInstanceOf(DatabaseUnfit);
    await expect(refused).rejects.toThrow(/^this database was made before the first release.* delete it.*DATABASE_URL$/);
    const rows = await databases[0]?.query({ name: 'tables', text: `SELECT tablename FROM pg_tables WHERE schemaname = 'public'` }, []);
    expect(rows).toEqual([{ tablename: 'mood_migrations' }]);
  });

  test('can be made by an owner who may not make roles, once the role of the processes is there', async () => {
    await migrate({ databaseUrl: url });
    const owner = `owner_${name()}`;
    const owned = databaseUrl(testServerUrl(), `${name()}_owned`);
    await administer(testServerUrl(), `CREATE ROLE ${owner} LOGIN PASSWORD 'known-to-this-test-alone'`);
    await administer(testServerUrl(), `CREATE DATABASE ${name()}_owned OWNER ${owner}`);
    try {
      const asOwner = urlFor(owned, { login: owner, password: 'known-to-this-test-alone' });
      expect((await migrate({ databaseUrl: asOwner })).migrations).toHaveLength(migrations.length);
      expect(await migrate({ databaseUrl: asOwner })).toEqual({ migrations: [], functions: [] });
    } finally {
      await administer(testServerUrl(), `DROP DATABASE ${name()}_owned WITH (FORCE)`);
      await administer(testServerUrl(), `DROP ROLE ${owner}`);
    }
  });

  test('waits for a table that is in use, and lets nobody wait for it', async () => {
    await migrate({ databaseUrl: url });
    const backup = new Client({ connectionString: url });
    await backup.connect();
    try {
      await backup.query('BEGIN');
      await backup.query('SELECT count(*) FROM outbox');
      const attempts: number[] = [];
      const next = { name: '0002_next', text: 'ALTER TABLE outbox ADD COLUMN next text' };
      const schema = { functions, rights, migrations: [...migrations, next] };
      const migrated = migrate({ databaseUrl: url, schema, onTableInUse: () => attempts.push(attempts.length) });
      await eventually(
        async () => attempts.length,
        (count) => count > 0,
      );
      await databases[1]?.query({ name: 'use', text: 'DELETE FROM outbox' }, []);
      await backup.query('COMMIT');
      expect((await migrated).migrations).toEqual(['0002_next']);
    } finally {
      await backup.end();
    }
  });

  test('is not made in a database that does not exist, nor is that database', async () => {
    await administer(testServerUrl(), `DROP DATABASE ${name()} WITH (FORCE)`);
    await expect(migrate({ databaseUrl: url })).rejects.toThrow(`database "${name()}" does not exist`);
    await expect(migrate({ databaseUrl: url })).rejects.toThrow(`database "${name()}" does not exist`);
  });
});

describe('the default templates', () => {
  test('are written once, though several processes start at once', async () => {
    await migrate({ databaseUrl: url });
    await asOwner('SET session_replication_role = replica; TRUNCATE mood_messaging_templates, mood_template_versions');
    const written = await Promise.all(databases.map(seedTemplates));
    expect(written.sort((a, b) => a - b)).toEqual([0, 0, defaultTemplates.length]);
    expect(await countsOf(databases[0])).toEqual(seededOnce);
    expect(await Promise.all(databases.map(seedTemplates))).toEqual([0, 0, 0]);
  });

  test('read back as they are in the file', async () => {
    await migrate({ databaseUrl: url });
    const [database] = databases;
    if (database === undefined) throw new Error('no database');
    const stored = new Map((await createTemplateStore(database).all()).map((template) => [template.id, template]));
    expect(stored.size).toBe(defaultTemplates.length);
    for (const template of defaultTemplates) expect(stored.get(template.id ?? '')).toMatchObject(template);
  });

  test('do not come back once an administrator has put them out of use', async () => {
    await migrate({ databaseUrl: url });
    await databases[0]?.query({ name: 'off', text: `UPDATE mood_messaging_templates SET active = false` }, []);
    await migrate({ databaseUrl: url });
    // Being put out of use is a version of its own.
    expect(await countsOf(databases[0])).toEqual({ ...seededOnce, versions: 2 * defaultTemplates.length });
  });
});
