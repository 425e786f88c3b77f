import { randomUUID } from 'node:crypto';
import { createEmptyDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { until } from '@mood/testing/eventually';
import { createLogger } from '@mood/runtime';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createQueueBackend } from '../backend.ts';
import { recordingHandlers } from '../conformance/recording-handlers.fake.ts';
import { createEnqueuer } from '../enqueue.ts';
import { startWorkers } from '../start-workers.ts';
import { migrateQueueSchema } from './migrate-queue-schema.ts';

const schema = 'quiet';
let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  await migrateQueueSchema({ databaseUrl: database.url, schema });
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`SET search_path TO ${schema}`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test('canaries go through every queue and wake nobody; jobs do, and write no events', async () => {
  const heard: (string | undefined)[] = [];
  client.on('notification', ({ payload }) => void heard.push(payload));
  await client.query('LISTEN bullmq_jobs');
  const backend = createQueueBackend({ databaseUrl: database.url, schema });
  try {
    await backend.ready();
    const recording = recordingHandlers();
    const logger = createLogger({ name: 'test', level: 'silent' });
    const workers = await startWorkers(backend, recording.handlers, { logger, canaries: { lookEveryMs: 100, healthyForMs: 0 } });
    await until(() => workers.isTakingJobs());
    // What was announced before this answer has been heard by then.
    await client.query('SELECT 1');
    expect(heard).toEqual([]);
    const enqueuer = createEnqueuer(backend);
    const replies = Array.from({ length: 3 }, () => ({ name: 'send-auto-reply' as const, data: { autoReplyId: randomUUID() } }));
    await enqueuer.addBulk(replies);
    await enqueuer.add('expire-mood', { modelId: randomUUID(), version: 1 });
    await until(() => recording.runs.length === 4);
    await client.query('SELECT 1');
    expect(new Set(heard)).toEqual(new Set(['auto-reply', 'mood-expiry']));
    await workers.stop();
    expect((await client.query('SELECT * FROM event')).rows).toEqual([]);
  } finally {
    await backend.close();
  }
});

test('a search for stalled jobs writes nothing while none runs', async () => {
  const search = () => client.query('SELECT * FROM move_stalled_jobs_to_wait($1, 50, $2, 2000)', ['nobodys', Date.now()]);
  const notes = async () => (await client.query(`SELECT count(*)::integer AS n FROM meta WHERE queue = 'nobodys'`)).rows[0]?.n;
  await search();
  expect(await notes()).toBe(0);
  await client.query(
    `INSERT INTO job (queue, id, seq, name, state, data, opts, added_at_ms) VALUES ('nobodys', 'a', 1, 'a', 'active', '{}', '{}', 0)`,
  );
  await search();
  expect(await notes()).toBe(1);
});
