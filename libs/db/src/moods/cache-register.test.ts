import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { CacheableMoods, MoodStore } from '@mood/domain';
import { eventually } from '@mood/testing/eventually';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createCacheRegister } from './cache-register.ts';
import type { CacheRegister } from './cache-register.ts';
import { createMoodStore } from './mood-store.ts';

let opened: DatabaseUnderTest;
let one: CacheRegister;
let other: CacheRegister;
let moods: MoodStore & CacheableMoods;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  [one, other] = [createCacheRegister(opened.database), createCacheRegister(opened.database)];
  moods = createMoodStore(opened.database, createAuditVault(opened.database, [createMasterKey('m1')]));
});
afterAll(() => opened.close());
afterEach(() =>
  opened.sql.query('UPDATE mood_cache SET epoch = NULL, servers = NULL, closures = closures + 1; DELETE FROM mood_cache_processes'),
);

const closures = async () => (await one.see('s')).closures;

describe('the register of the cache', () => {
  test('is opened once, and closed once, whoever asks for it', async () => {
    const before = await closures();
    await other.see('s');
    const opens = await Promise.all([one.open(before, 'e1', 's'), other.open(before, 'e2', 's')]);
    expect(opens.filter(Boolean)).toHaveLength(1);
    const { epoch } = await one.see('s');
    expect(epoch).toBe(opens[0] ? 'e1' : 'e2');
    const closed = { closures: before + 1, epoch: null, servers: null };
    expect(await Promise.all([one.close(String(epoch)), other.close(String(epoch))])).toEqual([closed, closed]);
    // Who saw it closed before is too late, and so is who wants to close an earlier epoch.
    expect(await one.open(before, 'e3', 's')).toBe(false);
    expect(await one.open(before + 1, 'e4', 's')).toBe(true);
    expect(await other.close(String(epoch))).toEqual({ closures: before + 1, epoch: 'e4', servers: 's' });
  });

  test.each([
    ['none', null],
    ['others', 'others'],
  ])('is not opened while another process reaches %s of its servers, or for two seconds after that is gone', async (_, servers) => {
    const before = await closures();
    expect(await other.see(servers)).toMatchObject({ epoch: null, mayOpen: false });
    expect(await one.see('s')).toMatchObject({ epoch: null, mayOpen: false });
    expect(await one.open(before, 'e1', 's')).toBe(false);
    await opened.sql.query(`UPDATE mood_cache_processes SET seen_at = seen_at - interval '2 seconds' WHERE servers IS DISTINCT FROM 's'`);
    expect(await one.see('s')).toMatchObject({ mayOpen: true });
    expect(await one.open(before, 'e1', 's')).toBe(true);
  });

  test('is opened by one of those who may', async () => {
    for (const register of [one, other]) await register.see('s');
    const answers = [await one.see('s'), await other.see('s')];
    expect(answers.filter(({ mayOpen }) => mayOpen)).toHaveLength(1);
  });

  test('is not opened by who reaches no server', async () => {
    expect(await one.see(null)).toMatchObject({ mayOpen: false });
  });

  test('writes nothing while it is open', async () => {
    await one.open(await closures(), 'e1', 's');
    await other.see('others');
    expect((await opened.sql.query('SELECT FROM mood_cache_processes')).rowCount).toBe(0);
  });

  test('says where it stands where nothing can be written', async () => {
    await opened.sql.query('SET default_transaction_read_only = on');
    try {
      const { rows } = await opened.sql.query(`SELECT epoch, may_open FROM see_mood_cache($1, 's')`, [randomUUID()]);
      expect(rows).toEqual([{ epoch: null, may_open: false }]);
    } finally {
      await opened.sql.query('RESET default_transaction_read_only');
    }
  });
});

describe('where the cache stands', () => {
  const rules = { hourlyLimit: null, termsVersion: null, holdMinutes: null };
  const settings = { moodState: 'positive' as const, customMessage: null, autoRespond: false, responseDelay: 0, expiresAt: null };
  async function createModel() {
    const modelId = randomUUID();
    await opened.sql.query('INSERT INTO performers (id) VALUES ($1)', [modelId]);
    const actor = { kind: 'model' as const, modelId, origin: { ipAddress: null, userAgent: null } };
    return {
      modelId,
      change: (expiresAt: Date | null = null) => moods.changeBesideCache(modelId, { ...settings, expiresAt }, actor, rules),
    };
  }

  test('comes with every change, end and reading of a mood', async () => {
    const { modelId, change } = await createModel();
    const closed = { closures: await closures(), epoch: null, servers: null };
    expect(await change()).toMatchObject({ answer: { kind: 'changed', mood: { version: 1 } }, cache: closed });
    await one.open(closed.closures, 'e1', 's');
    const open = { ...closed, epoch: 'e1', servers: 's' };
    expect(await moods.findBesideCache([modelId, randomUUID()])).toMatchObject({ answer: [{ modelId, version: 1 }], cache: open });
    expect(await moods.findBesideCache([randomUUID()])).toBeUndefined();
    expect(await change(new Date(Date.now() + 200))).toMatchObject({ answer: { kind: 'changed' }, cache: open });
    expect(await moods.expireBesideCache(modelId, 1)).toEqual({ answer: { kind: 'superseded' }, cache: open });
    await opened.sql.query('SELECT pg_sleep(0.3)');
    expect(await moods.expireBesideCache(modelId, 2)).toMatchObject({ answer: { kind: 'reset', mood: { version: 3 } }, cache: open });
  });

  test('does not change from closed to open while a change is under way, which does not wait long for that', async () => {
    const { modelId, change } = await createModel();
    const another = await createModel();
    const before = await closures();
    await opened.sql.query('BEGIN');
    await opened.sql.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7305))', [modelId]);
    const changing = change();
    try {
      await eventually(
        () => opened.sql.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`),
        ({ rowCount }) => rowCount === 1,
      );
      expect(await one.open(before, 'e1', 's')).toBe(false);
      // Of another model.
      expect(await another.change()).toMatchObject({ answer: { kind: 'changed' } });
    } finally {
      await opened.sql.query('COMMIT');
    }
    expect(await changing).toMatchObject({ cache: { closures: before, epoch: null } });
    expect(await one.open(before, 'e1', 's')).toBe(true);
  });
});
