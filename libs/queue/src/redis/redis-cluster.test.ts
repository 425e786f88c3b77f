import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import { closeRedis, connectRedis, parseRedisUrl } from '@mood/redis';
import { createLogger } from '@mood/runtime';
import { Queue } from 'bullmq';
import { createQueueBackend } from '../backend.ts';
import { queueNames } from '../catalog.ts';
import { recordingHandlers } from '../conformance/recording-handlers.fake.ts';
import { startWorkers } from '../start-workers.ts';
import { jobDefaults } from '../worker-defaults.ts';

/** The cluster of the test run, which others use as well. */
const redisUrl = process.env['TEST_REDIS_CLUSTER_URL'] ?? '';
const prefix = `test-${randomUUID()}`;
const redis = connectRedis(parseRedisUrl(redisUrl), { name: 'test', maxRetriesPerRequest: null, onError: () => {} });
const backend = createQueueBackend({ redisUrl, prefix });
afterAll(async () => {
  await backend.close();
  await closeRedis(redis);
});

test('the queues are spread over the masters of a cluster', async () => {
  await backend.ready();
  const masters = 'nodes' in redis ? redis.nodes('master') : [];
  const queues = queueNames.map((name) => backend.createQueue(name));
  await Promise.all(queues.map((queue) => queue.pause()));
  const found = await Promise.all(masters.map(async (master) => (await master.keys(`${prefix}:*:meta`)).length));
  expect(found.toSorted((one, other) => one - other)).toEqual([1, 1, 2]);
  await Promise.all(queues.map((queue) => queue.resume()));
});

test('the shards of a queue are spread over the masters of a cluster', async () => {
  const spread = createQueueBackend({ redisUrl, prefix: `${prefix}-6`, autoReplyShards: 6 });
  try {
    await spread.ready();
    await Promise.all(spread.shardsOf('auto-reply').map((shard) => spread.createQueue(shard).pause()));
    const masters = 'nodes' in redis ? redis.nodes('master') : [];
    const found = await Promise.all(masters.map(async (master) => (await master.keys(`${prefix}-6:*:meta`)).length));
    expect(found).toEqual([2, 2, 2]);
  } finally {
    await spread.close();
  }
});

test('jobs that wait where the release before put them are run', async () => {
  const data = { autoReplyId: randomUUID() };
  const former = new Queue('auto-reply', { connection: redis, prefix: `{${prefix}}`, defaultJobOptions: jobDefaults });
  const recording = recordingHandlers();
  const next = recording.nextRun();
  await former.add('send-auto-reply', data, { jobId: 'of-before' });
  const workers = await startWorkers(backend, recording.handlers, { logger: createLogger({ name: 'test', level: 'silent' }) });
  try {
    expect(await next).toMatchObject({ name: 'send-auto-reply', data, context: { jobId: 'of-before' } });
  } finally {
    await workers.stop();
    await former.close();
  }
});
