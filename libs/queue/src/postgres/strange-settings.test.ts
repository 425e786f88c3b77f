import { randomUUID } from 'node:crypto';
import { createLogger } from '@mood/runtime';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { strangeSettings, strangeSettingsFor } from '@mood/testing/strange-settings';
import { createQueueBackend } from '../backend.ts';
import type { QueueBackend } from '../backend.ts';
import { recordingHandlers } from '../conformance/recording-handlers.fake.ts';
import { createEmptyDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { until } from '@mood/testing/eventually';
import { createEnqueuer } from '../enqueue.ts';
import { startWorkers } from '../start-workers.ts';
import type { RunningWorkers } from '../start-workers.ts';
import { migrateQueueSchema } from './migrate-queue-schema.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
/** Sessions that wait for notifications would end before the delayed jobs are due. */
const idleSessionTimeoutMs = 1_500;
const delayMs = 4_000;

describe.each(['DATABASE', 'ROLE'] as const)('the queues, whatever ALTER %s says', (whom) => {
  let database: TestDatabase;
  let admin: Client;
  let role: string | undefined;
  let url: string;
  let backend: QueueBackend;
  let workers: RunningWorkers | undefined;
  const recording = recordingHandlers();
  const schema = 'queues';

  beforeAll(async () => {
    database = await createEmptyDatabase();
    admin = new Client({ connectionString: database.url });
    await admin.connect();
    const target = new URL(database.url);
    let name = target.pathname.slice(1);
    if (whom === 'ROLE') {
      name = role = `strange_queue_${randomUUID().replaceAll('-', '')}`;
      await admin.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'known'`);
      [target.username, target.password] = [role, 'known'];
    }
    url = target.href;
    for (const statement of strangeSettingsFor(whom, name)) await admin.query(statement);
    await admin.query(`ALTER ${whom} ${name} SET idle_session_timeout = ${idleSessionTimeoutMs}`);
    // The schema is made by such a login, too.
    await migrateQueueSchema({ databaseUrl: url, schema });
    backend = createQueueBackend({ databaseUrl: url, schema, logger });
    workers = await startWorkers(backend, recording.handlers, { logger, graceMs: 500 });
  });
  afterAll(async () => {
    await workers?.stop();
    await backend?.close();
    if (role !== undefined) {
      await admin.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
      await admin.query(`DROP ROLE ${role}`);
    }
    await admin?.end();
    await database?.drop();
  });

  test('the settings are there for everybody else', async () => {
    const plain = new Client({ connectionString: url });
    await plain.connect();
    const { rows } = await plain.query(`SELECT current_setting('timezone') AS zone, current_setting('jit') AS jit`);
    await plain.end();
    expect(rows).toEqual([{ zone: strangeSettings['timezone'], jit: 'on' }]);
  });

  test('jobs run at once, delayed, replaced, again after a failure, and in bulk', async () => {
    const enqueuer = createEnqueuer(backend);
    let failed = false;
    recording.answer('emit-events', () => {
      if (failed) return { kind: 'done' };
      failed = true;
      throw new Error('fails the first time: '.concat(String.raw`a\b€'"`));
    });
    const eventId = randomUUID();
    const modelId = randomUUID();
    const expiry = (version: number) => ({ name: 'expire-mood' as const, data: { modelId, version }, jobId: `expire-${modelId}`, delayMs });
    const addedAt = Date.now();
    await enqueuer.addBulk([expiry(1)]);
    await enqueuer.addBulk([{ ...expiry(2), replace: true }]);
    const replies = Array.from({ length: 20 }, () => ({ name: 'send-auto-reply' as const, data: { autoReplyId: randomUUID() } }));
    await enqueuer.add('emit-events', { eventIds: [eventId] });
    await enqueuer.addBulk(replies);
    const ran = (name: string) => recording.runs.filter((run) => run.name === name);
    await until(() => ran('send-auto-reply').length === 20 && ran('emit-events').length === 2 && ran('expire-mood').length > 0, 40_000);
    expect(ran('expire-mood').map(({ data }) => data)).toEqual([{ modelId, version: 2 }]);
    expect((ran('expire-mood')[0]?.at ?? 0) - addedAt).toBeGreaterThanOrEqual(delayMs);
    expect(new Set(ran('send-auto-reply').map(({ data }) => JSON.stringify(data)))).toEqual(
      new Set(replies.map(({ data }) => JSON.stringify(data))),
    );
    await until(() => workers?.isTakingJobs() === true, 20_000);
  });
});
