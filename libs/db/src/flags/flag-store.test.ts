import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { flagKeys } from '@mood/domain';
import type { FlagKey, FlagRule, FlagStore } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createFlagCatalog } from './flag-catalog.ts';
import { createFlagStore } from './flag-store.ts';

const admin = randomUUID();
const rule = (percentage: number, more: Partial<FlagRule> = {}): FlagRule => ({ percentage, ids: [], roles: [], ...more });
const change = (reason: string) => ({ changedBy: admin, reason });

let opened: DatabaseUnderTest;
let store: FlagStore;
let unused: FlagKey[];
let key: FlagKey;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  store = createFlagStore(opened.database);
  unused = [...flagKeys];
});
// A flag that no other test has set.
beforeEach(() => {
  key = unused.pop() ?? 'moods.updates';
});
afterAll(() => opened.close());

const current = async () => (await store.all()).find((flag) => flag.key === key);

describe('setting a flag', () => {
  test('records who, when, why, before and after, newest first, in pages', async () => {
    const ids = [randomUUID()];
    expect(await current()).toBeUndefined();
    expect(await store.set(key, rule(0), 0, change('first'))).toEqual({ kind: 'changed' });
    expect(await store.set(key, rule(20, { ids, roles: ['admin'] }), 1, { changedBy: null, reason: 'second' })).toEqual({
      kind: 'changed',
    });
    expect(await current()).toEqual({
      key,
      ...rule(20, { ids, roles: ['admin'] }),
      version: 2,
      changedBy: null,
      reason: 'second',
      changedAt: expect.any(Date),
    });

    const page = await store.history(key, { limit: 1, cursor: null });
    expect(page).toMatchObject({
      changes: [{ version: 2, before: rule(0), after: rule(20, { ids, roles: ['admin'] }), changedBy: null, reason: 'second' }],
    });
    const next = await store.history(key, { limit: 1, cursor: page.nextCursor });
    expect(next).toMatchObject({
      changes: [{ version: 1, before: null, after: rule(0), changedBy: admin, reason: 'first' }],
      nextCursor: null,
    });
    expect(Math.abs((next.changes[0]?.changedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    await expect(store.history(key, { limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  test('to what it is changes and records nothing', async () => {
    await store.set(key, rule(5), null, change('first'));
    expect(await store.set(key, rule(5), 1, change('again'))).toEqual({ kind: 'unchanged' });
    expect((await store.history(key, { limit: 9, cursor: null })).changes).toHaveLength(1);
  });

  test('of another version is refused, and so is all but one of many at once', async () => {
    expect(await store.set(key, rule(5), 3, change('too new'))).toEqual({ kind: 'stale', currentVersion: 0 });
    const together = await Promise.all(Array.from({ length: 5 }, (_, n) => store.set(key, rule(n), 0, change(`writer ${n}`))));
    expect(together.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'stale', 'stale', 'stale', 'stale']);
    await Promise.all(Array.from({ length: 5 }, (_, n) => store.set(key, rule(50 + n), null, change(`writer ${n}`))));
    expect((await store.history(key, { limit: 9, cursor: null })).changes.map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test.each(['{"percentage": 101, "ids": [], "roles": []}', '{"percentage": -1, "ids": [], "roles": []}', '{"percentage": 5}', '{}', '7'])(
    'to what is no rule is refused: %s',
    async (broken) => {
      const attempt = opened.sql.query('SELECT set_flag($1, $2, NULL, NULL, $3)', [key, broken, 'broken']);
      await expect(attempt).rejects.toMatchObject({ code: '23514' });
    },
  );

  test('without a reason is refused', async () => {
    await expect(store.set(key, rule(5), null, change('  '))).rejects.toMatchObject({ code: '22023' });
  });
});

describe('the database', () => {
  test('records a change by hand as well, and refuses to delete a flag or its history', async () => {
    await store.set(key, rule(5), null, change('first'));
    await opened.sql.query(`UPDATE mood_flags SET rule = '{"percentage": 7, "ids": [], "roles": []}', version = 99 WHERE key = $1`, [key]);
    expect(await current()).toMatchObject({ percentage: 7, version: 2, changedBy: null, reason: null });
    for (const statement of [
      'DELETE FROM mood_flags',
      'TRUNCATE mood_flags',
      'DELETE FROM mood_flag_changes',
      'UPDATE mood_flag_changes SET reason = NULL',
      'TRUNCATE mood_flag_changes',
    ])
      await expect(opened.sql.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

/** Whoever looks for changes is not told of any. */
const unwatched = { follow: () => {} };

describe('the catalog of a process', () => {
  test('tells of what has changed, and of nothing else', async () => {
    const catalog = createFlagCatalog(opened.database, { logger: createCapturedLog().logger, revisions: unwatched });
    await store.set(key, rule(5), null, change('first'));
    await catalog.refresh();
    const told: FlagKey[][] = [];
    catalog.onChange((keys) => void told.push(keys));
    await catalog.refresh();
    await store.set(key, rule(6), null, change('second'));
    await Promise.all([catalog.refresh(), catalog.refresh()]);
    expect([told, catalog.rule(key)]).toEqual([[[key]], rule(6)]);
  });

  test('leaves out a rule that was broken by hand, and flags of other releases', async () => {
    const { logger, lines } = createCapturedLog();
    await store.set(key, rule(5), null, change('first'));
    await opened.sql.query(`UPDATE mood_flags SET rule = '{"percentage": 5, "ids": [7], "roles": []}' WHERE key = $1`, [key]);
    await opened.sql.query(`SELECT set_flag('of.another.release', '{"percentage": 5, "ids": [], "roles": []}', 0, NULL, 'a test')`);
    const catalog = createFlagCatalog(opened.database, { logger, revisions: unwatched });
    await catalog.refresh();
    expect([catalog.rule(key), catalog.rule('of.another.release')]).toEqual([undefined, undefined]);
    expect(lines).toContainEqual(expect.objectContaining({ flag: key }));
    expect(await current()).toMatchObject({ percentage: 0, version: 2 });
  });
});
