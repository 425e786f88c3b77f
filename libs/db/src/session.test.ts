import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, escapeIdentifier } from 'pg';
import { strangeSettings as strange, strangeSettingsFor } from '@mood/testing/strange-settings';
import { openDatabaseUnderTest } from './database.fixture.ts';
import type { DatabaseUnderTest } from './database.fixture.ts';
import { migrate } from './migrate.ts';

const names = Object.keys(strange);

const settingsOf = {
  name: 'settings',
  text: `SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS wanted (name) ORDER BY name`,
};

describe.each(['DATABASE', 'ROLE'] as const)('a connection of ours, whatever ALTER %s says', (whom) => {
  let opened: DatabaseUnderTest;
  let usual: object[];
  let role: string;
  let url: string;
  beforeAll(async () => {
    opened = await openDatabaseUnderTest();
    usual = await opened.database.query(settingsOf, [names]);
    role = `strange_${process.pid}`;
    const target = new URL(opened.url);
    if (whom === 'ROLE') {
      await opened.sql.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'known'`);
      [target.username, target.password] = [role, 'known'];
    }
    url = target.href;
    const name = whom === 'ROLE' ? role : new URL(opened.url).pathname.slice(1);
    for (const statement of strangeSettingsFor(whom, name)) await opened.sql.query(statement);
  });
  afterAll(async () => {
    if (whom === 'ROLE') await opened.sql.query(`DROP ROLE ${role}`);
    await opened.close();
  });

  test('has the settings that our results rest on', async () => {
    const plain = new Client({ connectionString: url });
    await plain.connect();
    const { rows } = await plain.query(settingsOf.text, [names]);
    await plain.end();
    // The setting is there for everybody else.
    expect(rows).not.toEqual(usual);
    const database = opened.connectAnother(url);
    expect(await database.query(settingsOf, [names])).toEqual(usual);
    expect(await database.transaction((query) => query(settingsOf, [names]))).toEqual(usual);
  });

  test('reads times, bytes, numbers and text as they are', async () => {
    const [row] = await opened.connectAnother(url).query(
      {
        name: 'values',
        text: String.raw`SELECT $1::timestamptz AS time, $2::bytea AS bytes, 0.1::float8 + 0.2 AS number, 'a\b€' AS text, (NULL::int = NULL) AS nothing`,
      },
      ['2026-03-02T01:02:03.456Z', Buffer.from([0, 1, 39, 92, 255])],
    );
    expect(row).toEqual({
      time: new Date('2026-03-02T01:02:03.456Z'),
      bytes: Buffer.from([0, 1, 39, 92, 255]),
      number: 0.1 + 0.2,
      text: String.raw`a\b€`,
      nothing: null,
    });
  });

  test('migrates', async () => {
    expect(await migrate({ databaseUrl: url })).toEqual({ migrations: [], functions: [] });
  });
});

test('that nothing may be changed stays as the operator has set it, and is found', async () => {
  const opened = await openDatabaseUnderTest();
  const name = escapeIdentifier(new URL(opened.url).pathname.slice(1));
  try {
    expect(await opened.database.inspect()).toEqual({ problem: undefined, isReadOnly: false });
    await opened.sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const database = opened.connectAnother();
    expect(await database.inspect()).toEqual({ problem: undefined, isReadOnly: true });
    await expect(database.query({ name: 'change', text: 'DELETE FROM outbox' }, [])).rejects.toMatchObject({ cause: { code: '25006' } });
    expect(database.isReachable()).toBe(true);
  } finally {
    await opened.close();
  }
});
