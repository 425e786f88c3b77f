import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { untilDrained } from '@mood/testing/drained';
import { eventually } from '@mood/testing/eventually';
import { startRedisWithSentinel } from '@mood/testing/redis-sentinel';
import type { RedisWithSentinel } from '@mood/testing/redis-sentinel';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let redis: RedisWithSentinel;
let stack: Stack;
beforeAll(async () => {
  redis = await startRedisWithSentinel();
  stack = await startStack({ workers: 1, env: { REDIS_URL: redis.url } });
});
afterAll(async () => {
  await stack?.stop();
  await redis?.remove();
});

const healthOfCache = async () => (await stack.api.get('/health')).body.checks.cache.status;

test('a master that dies is replaced by its replica, and the system goes on by itself', async () => {
  const { api, platform } = stack;
  const model = await stack.createModel();
  const [userId = ''] = await platform.createUsers();
  const setMood = (moodState: string) => api.post('/api/v1/mood/update', { moodState, autoRespond: true, responseDelay: 1 }, model.token);
  const readMood = async () => (await api.get(`/api/v1/mood/${model.id}`, model.token)).body.moodState;
  await eventually(healthOfCache, (status) => status === 'healthy');

  for (const [moodState, kill] of [
    ['positive', true],
    ['negative', false],
  ] as const) {
    const conversation = randomUUID();
    expect((await setMood(moodState)).status).toBe(200);
    expect(await readMood()).toBe(moodState);
    await platform.userWrites(conversation, userId, model.id);
    await eventually(
      () => stack.database.query('SELECT FROM auto_replies WHERE conversation_id = $1', [conversation]),
      (rows) => rows.length === 1,
    );
    if (kill) await redis.killMaster();
    expect(await readMood()).toBe(moodState);
    await eventually(
      () => platform.automatedMessages(conversation),
      (messages) => messages.length === 1,
      60_000,
    );
  }
  await eventually(healthOfCache, (status) => status === 'healthy', 30_000);
  await untilDrained(stack, 60_000);
});
