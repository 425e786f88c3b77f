import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { freePort } from '@mood/testing/free-port';
import { findKeysInUse } from './migrate.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

describe('the master keys that a database needs', () => {
  test('are none while nothing is sealed, and where nothing was ever migrated', async () => {
    expect(await findKeysInUse(database.url)).toEqual([]);
    await database.query('DROP SCHEMA public CASCADE');
    expect(await findKeysInUse(database.url)).toEqual([]);
    await database.query('CREATE SCHEMA public');
    expect(await findKeysInUse(database.url)).toEqual([]);
  });

  test('are those that something is sealed with', async () => {
    const [performer] = await database.query<{ id: string }>('INSERT INTO performers (id) VALUES ($1) RETURNING id', [randomUUID()]);
    await database.query(`INSERT INTO audit_data_keys (id, model_id, master_key_id, wrapped_key) VALUES ($1, $2, 'old', 'sealed')`, [
      randomUUID(),
      performer?.id,
    ]);
    expect(await findKeysInUse(database.url)).toEqual(['old']);
  });

  // Else a key would be made beside the one that is in use, and the next start would take it.
  test.each([
    ['does not answer', async () => `postgres://mood:secret-of-mine@127.0.0.1:${await freePort()}/mood`],
    ['is not there', () => Promise.resolve(new URL('/nobody', database.url).href)],
    [
      'refuses the login',
      () => Promise.resolve(Object.assign(new URL(database.url), { username: 'nobody', password: 'secret-of-mine' }).href),
    ],
  ])('cannot be told when it %s, and that is said with a cure', async (_what, urlOf) => {
    await expect(findKeysInUse(await urlOf())).rejects.toMatchObject({
      name: 'LaunchError',
      message: expect.stringMatching(
        /^The database 127\.0\.0\.1:\d+\/\w+ cannot be asked which master keys its audit log needs: .* or set AUDIT_MASTER_KEYS\.$/,
      ),
    });
    await expect(findKeysInUse(await urlOf())).rejects.not.toMatchObject({ message: expect.stringContaining('secret-of-mine') });
  });
});
