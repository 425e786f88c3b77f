import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { count } from '@mood/testing/counts';
import { untilDrained } from '@mood/testing/drained';
import { eventually, until } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const hangsMs = count(30_000, 8_000);
const writers = 4;
const readers = 8;
/** Requests of each kind meanwhile, to know how many of a hundred are slow. */
const enough = 100;
/** Between two requests of one of them. */
const restMs = 20;

let redis: RedisServer;
let stack: Stack;
beforeAll(async () => {
  redis = await createRedisServer();
  await redis.start();
  stack = await startStack({ workers: 2, env: { REDIS_URL: redis.url, REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0' } });
});
afterAll(async () => {
  redis?.resume();
  await stack?.stop();
  await redis?.remove();
});

const healthOfCache = async () => (await stack.api.get('/health')).body.checks.cache.status;

test(`while Redis hangs for ${hangsMs} ms moods are changed and read as before; when it is back, so is everything else`, async () => {
  const { api, platform } = stack;
  const admin = await platform.token('admin');
  const service = await platform.token('service', undefined, { scope: 'auto-replies:write' });
  const [userId = ''] = await platform.createUsers();
  const models = await Promise.all(Array.from({ length: 20 }, () => stack.createModel()));
  const replying = await stack.createModel();
  const mood = { moodState: 'positive', autoRespond: true, responseDelay: 1 };
  expect((await api.post('/api/v1/mood/update', mood, replying.token)).status).toBe(200);
  await eventually(healthOfCache, (status) => status === 'healthy');

  const kinds = ['update', 'read'] as const;
  type Kind = (typeof kinds)[number];
  const took: { what: Kind; status: number; ms: number }[] = [];
  const timesOf = (what: Kind) => took.flatMap((one) => (one.what === what ? [one.ms] : [])).toSorted((a, b) => a - b);
  const areEnough = () => kinds.every((what) => timesOf(what).length > enough);
  const over = new AbortController();
  async function repeat(what: Kind, request: (n: number) => Promise<{ status: number }>): Promise<void> {
    for (let n = 0; !over.signal.aborted; n += 1) {
      const began = performance.now();
      const { status } = await request(n);
      took.push({ what, status, ms: performance.now() - began });
      await pause(restMs);
    }
  }
  const modelOf = (n: number) => models[n % models.length] ?? replying;
  const load = Promise.all([
    ...Array.from({ length: writers }, (_, writer) =>
      repeat('update', (n) => {
        const body = { moodState: n % 2 === 0 ? 'positive' : 'negative', reason: 'A test of an outage.' };
        return api.post(`/api/v1/admin/mood/${modelOf(n * writers + writer).id}/update`, body, admin);
      }),
    ),
    ...Array.from({ length: readers }, (_, reader) =>
      repeat('read', (n) => api.get(`/api/v1/mood/${modelOf(n + reader).id}`, replying.token)),
    ),
  ]);

  // What nineteen of twenty requests take on this machine just now while Redis answers.
  await until(areEnough, hangsMs);
  const usualMs = new Map(kinds.map((what) => [what, timesOf(what)[Math.floor(timesOf(what).length * 0.95)] ?? 0]));
  expect(took.splice(0).filter(({ status }) => status !== 200)).toEqual([]);

  redis.pause();
  const conversations = Array.from({ length: 20 }, () => randomUUID());
  for (const conversationId of conversations) {
    const message = { messageId: randomUUID(), conversationId, modelId: replying.id, userId, senderType: 'user', automated: false };
    const { status } = await api.post('/api/v1/auto-replies', { ...message, receivedAt: new Date().toISOString() }, service);
    expect(status).toBe(202);
  }
  await eventually(healthOfCache, (status) => status === 'down');
  await pause(hangsMs);
  await until(areEnough, hangsMs);
  over.abort();
  await load;
  redis.resume();

  expect(took.filter(({ status }) => status !== 200)).toEqual([]);
  for (const what of kinds) {
    const times = timesOf(what);
    expect(times.length).toBeGreaterThan(enough);
    // Redis itself was waited for by those alone who asked it first.
    const waited = times.filter((ms) => ms > Math.max(450, 3 * (usualMs.get(what) ?? 0))).length;
    expect(waited / times.length).toBeLessThan(0.05);
  }
  await eventually(healthOfCache, (status) => status === 'healthy');
  await untilDrained(stack, 60_000);
  for (const conversationId of conversations) expect(await platform.automatedMessages(conversationId)).toHaveLength(1);
});
