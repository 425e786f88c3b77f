import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { closeRedis, connectRedis, parseRedisUrl } from '@mood/redis';
import { createLogger } from '@mood/runtime';
import { createQueueBackend } from '../backend.ts';
import { describeQueueBackend } from '../conformance/queue-backend.suite.ts';
import { recordingHandlers } from '../conformance/recording-handlers.fake.ts';
import { createEnqueuer } from '../enqueue.ts';
import { startWorkers } from '../start-workers.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await createRedisServer();
  await server.start();
});
afterAll(() => server.remove());

describeQueueBackend('Redis', () => Promise.resolve({ redisUrl: server.url, prefix: `test-${randomUUID()}` }));

describe('a queue that is spread over several', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  function open(prefix: string, autoReplyShards: number) {
    const backend = createQueueBackend({ redisUrl: server.url, prefix, autoReplyShards });
    cleanups.push(() => backend.close());
    return { backend, enqueuer: createEnqueuer(backend) };
  }

  async function work(backend: ReturnType<typeof open>['backend']) {
    const recording = recordingHandlers();
    const workers = await startWorkers(backend, recording.handlers, { logger: createLogger({ name: 'test', level: 'silent' }) });
    cleanups.push(() => workers.stop());
    return { recording, workers };
  }

  const waitingIn = ({ backend }: ReturnType<typeof open>) =>
    Promise.all(backend.shardsOf('auto-reply').map((shard) => backend.createQueue(shard).getJobCountByTypes('waiting', 'delayed')));
  const answer = (conversationId: string) => ({ conversationId, modelId: randomUUID(), answeredAt: new Date().toISOString() });
  const run = async ({ recording }: Awaited<ReturnType<typeof work>>, count: number) =>
    eventually(
      async () => recording.runs.map(({ context }) => context.jobId).toSorted(),
      (ids) => ids.length >= count,
      30_000,
    );

  test('holds the jobs of a conversation together, and all are run', async () => {
    const three = open(randomUUID(), 3);
    const ids = Array.from({ length: 30 }, (_, n) => `job-${String(n).padStart(2, '0')}`);
    await three.enqueuer.addBulk(
      ids.map((jobId, n) => ({ name: 'conversation-answered', data: answer(n < 10 ? 'one' : `another-${n}`), jobId })),
    );
    const counts = await waitingIn(three);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(10);
    expect(new Set((await three.enqueuer.jobStates('auto-reply', ids)).values())).toEqual(new Set(['unfinished']));
    const running = await work(three.backend);
    expect(await run(running, 30)).toEqual(ids);
    expect(await eventually(async () => running.workers.isTakingJobs(), Boolean, 30_000)).toBe(true);
  });

  test('becomes one again: what waits in the others is known, and run', async () => {
    const prefix = randomUUID();
    const four = open(prefix, 4);
    const ids = Array.from({ length: 20 }, (_, n) => `job-${String(n).padStart(2, '0')}`);
    for (const [n, jobId] of ids.entries())
      await four.enqueuer.add('conversation-answered', answer(`c-${n}`), { jobId, delayMs: n < 10 ? 0 : 500 });
    expect(Math.min(...(await waitingIn(four)))).toBeGreaterThan(0);
    const one = open(prefix, 1);
    expect(await one.backend.findOldShards('auto-reply')).toEqual(['auto-reply-1', 'auto-reply-2', 'auto-reply-3']);
    expect(new Set((await one.enqueuer.jobStates('auto-reply', ids)).values())).toEqual(new Set(['unfinished']));
    expect(await run(await work(one.backend), 20)).toEqual(ids);
    await eventually(
      () => one.backend.findOldShards('auto-reply'),
      (old) => old.length === 0,
      30_000,
    );
  });

  test('that is one leaves nothing under the names of others', async () => {
    const one = open('alone', 1);
    await one.enqueuer.add('conversation-answered', answer('c'), { jobId: 'a' });
    expect(await one.enqueuer.jobState('auto-reply', 'a')).toBe('unfinished');
    const redis = connectRedis(parseRedisUrl(server.url), { name: 'test', maxRetriesPerRequest: 5, onError: () => {} });
    cleanups.push(() => closeRedis(redis));
    const keys = (await redis.keys('alone:*')).map((key) => key.split(':')[1]);
    expect(new Set(keys)).toEqual(new Set(['auto-reply']));
  });
});
