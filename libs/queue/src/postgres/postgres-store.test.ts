import { createEmptyDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PostgresQueueBackend } from 'bullmq';
import type { QueueStore } from '../queue-store.ts';
import { migrateQueueSchema } from './migrate-queue-schema.ts';
import { openPostgresStore } from './postgres-store.ts';

const maxConnections = 3;

let database: TestDatabase;
let store: QueueStore;
beforeAll(async () => {
  database = await createEmptyDatabase();
  await migrateQueueSchema({ databaseUrl: database.url, schema: 'queues' });
  store = openPostgresStore({
    databaseUrl: database.url,
    schema: 'queues',
    applicationName: 'test',
    maxConnections,
    reportTrouble: () => {},
  });
});
afterAll(async () => {
  await store?.close();
  await database?.drop();
});

test('locks are renewed while other commands wait for a connection', async () => {
  const worker = store.workerBackend('auto-reply', { connection: {} }, () => {});
  if (!(worker instanceof PostgresQueueBackend)) throw new TypeError('no backend of PostgreSQL');
  await worker.waitUntilReady();
  let waits = true;
  const others = Array.from({ length: maxConnections + 1 }, () => worker.connection.pool.query('SELECT pg_sleep(1)'));
  const over = Promise.all(others).finally(() => {
    waits = false;
  });
  try {
    // The answer names what could not be renewed.
    expect(await worker.extendLocks(['nobody has it'], ['a-token'], 5_000)).toEqual(['nobody has it']);
    expect(waits).toBe(true);
  } finally {
    await over;
    await worker.disconnect();
  }
});
