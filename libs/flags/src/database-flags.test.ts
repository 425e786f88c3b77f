import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectDatabase, createFlagCatalog, createFlagStore, createRevisionWatch } from '@mood/db';
import type { Database } from '@mood/db';
import { DependencyUnavailable } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { eventually } from '@mood/testing/eventually';
import { createDatabaseProvider } from './database-provider.ts';
import { describeFlags, off } from './flags.suite.ts';
import { openFlags } from './open-flags.ts';

let created: TestDatabase;
const connected: Database[] = [];
beforeAll(async () => {
  created = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(connected.map((database) => database.close()));
  await created.drop();
});

/** As another process: a pool of its own. */
function connect(): Database {
  const { logger } = createCapturedLog();
  const options = { databaseUrl: created.url, poolMax: 2, connectTimeoutMs: 5_000, statementTimeoutMs: 20_000 };
  const database = connectDatabase({ ...options, applicationName: 'flags-test', logger });
  connected.push(database);
  return database;
}

const change = { changedBy: null, reason: 'a test' };

describeFlags('our database', async () => {
  const database = connect();
  await database.query({ name: 'all-on', text: `UPDATE mood_flags SET rule = '{"percentage": 100, "ids": [], "roles": []}'` }, []);
  const { logger } = createCapturedLog();
  const revisions = createRevisionWatch(database, { logger });
  const catalog = createFlagCatalog(database, { logger, revisions });
  await revisions.start();
  await catalog.start();
  // Set by another process: this one finds it by looking.
  const store = createFlagStore(connect());
  return {
    provider: createDatabaseProvider(catalog),
    set: async (key, rule) => void (await store.set(key, rule, null, change)),
    stop: () => revisions.stop(),
  };
});

describe('flags of a process whose database is away', () => {
  const stopping: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of stopping.splice(0)) await one.stop();
  });

  /** @param isAway asked before each statement. */
  function openAway(isAway: () => boolean, waitsUntilKnown: boolean) {
    const database = connect();
    const query: Database['query'] = async (statement, values) => {
      if (isAway()) throw new DependencyUnavailable('database');
      return database.query(statement, values);
    };
    const { logger } = createCapturedLog();
    const revisions = createRevisionWatch({ query }, { logger });
    const catalog = createFlagCatalog({ ...database, query }, { logger, revisions });
    const flags = openFlags(createDatabaseProvider(catalog), { logger, waitsUntilKnown });
    stopping.push(flags, revisions);
    const start = async () => {
      await revisions.start();
      await catalog.start();
    };
    return { catalog, flags, start };
  }

  test('stay as they were last known', async () => {
    let away = false;
    const { catalog, flags, start } = openAway(() => away, false);
    await createFlagStore(connect()).set('moods.updates', off, null, change);
    await start();
    await flags.start();
    away = true;
    await expect(catalog.refresh()).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await flags.isOn('moods.updates', { id: randomUUID() })).toBe(false);
  });

  test('do not hold up the start of the process', async () => {
    const { flags, start } = openAway(() => true, false);
    const begun = performance.now();
    await start();
    // A database that refuses is known to be away at once.
    expect(performance.now() - begun).toBeLessThan(2_500);
    expect(await flags.isOn('moods.updates')).toBe(true);
  });

  test('have their defaults where nothing waits for them, and where something does they are not answered before they are known', async () => {
    let away = true;
    await createFlagStore(connect()).set('auto-replies.send', off, null, change);
    const hasty = openAway(() => away, false);
    const patient = openAway(() => away, true);
    for (const { start } of [hasty, patient]) await start();
    const settled: boolean[] = [];
    const answer = Promise.resolve(patient.flags.isOn('auto-replies.send')).then((value) => settled.push(value));
    const started = hasty.flags.start();
    expect(await hasty.flags.isOn('auto-replies.send')).toBe(true);
    expect(settled).toEqual([]);
    away = false;
    await Promise.all([answer, started]);
    expect(settled).toEqual([false]);
    await eventually(
      async () => hasty.flags.isOn('auto-replies.send'),
      (value) => !value,
    );
  });
});
