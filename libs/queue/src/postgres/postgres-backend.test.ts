import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { describeQueueBackend } from '../conformance/queue-backend.suite.ts';
import { createEmptyDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { migrateQueueSchema } from './migrate-queue-schema.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

describeQueueBackend('PostgreSQL', async () => {
  const store = { databaseUrl: database.url, schema: `q_${randomUUID().replaceAll('-', '')}` };
  await migrateQueueSchema(store);
  return store;
});
