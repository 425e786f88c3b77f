import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import type { ApiClient } from '@mood/testing/api-client';
import { eventually, until } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { waitedForProcessorMs } from '@mood/testing/processor-time';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

/** The promise: off in every process. */
const promisedMs = 1_000;

let redis: RedisServer;
let stack: Stack;
let secondProcess: NodeProcess;
let second: ApiClient;
beforeAll(async () => {
  redis = await createRedisServer();
  await redis.start();
  stack = await startStack({ workers: 1, env: { REDIS_URL: redis.url, AUTO_REPLY_COOLDOWN_SECONDS: '0' } });
  const port = String(await freePort());
  secondProcess = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: port });
  second = await createApiClient(`http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await secondProcess?.stop();
  await stack?.stop();
  await redis?.remove();
});

test('what is switched off while Redis is away is off in two APIs and a worker within a second, and replies of that time are never sent', async () => {
  const { api, platform, database } = stack;
  const [worker] = stack.workers;
  const admin = await platform.token('admin');
  const service = await platform.token('service', undefined, { scope: 'auto-replies:write' });
  const model = await stack.createModel();
  // Asks again and again, and may use up her changes of the hour by that.
  const prober = await stack.createModel();
  const update = (at: ApiClient, { token } = model) =>
    at.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true, responseDelay: 10 }, token);
  const set = async (key: string, percentage: number) => {
    const answer = await api.call('PUT', `/api/v1/admin/mood/flags/${key}`, { json: { percentage, reason: 'A test.' }, token: admin });
    expect(answer.status).toBe(200);
  };
  const [userId = ''] = await platform.createUsers();
  const conversationId = randomUUID();
  const report = async (at: ApiClient) => {
    const message = { messageId: randomUUID(), conversationId, modelId: model.id, userId, senderType: 'user', automated: false };
    return (await at.post('/api/v1/auto-replies', { ...message, receivedAt: new Date().toISOString() }, service)).body;
  };
  const replies = () => database.query<{ status: string; reason: string | null }>('SELECT status, reason FROM auto_replies ORDER BY id');

  expect((await update(api)).status).toBe(200);
  expect(await report(api)).toMatchObject({ status: 'scheduled' });
  await redis.kill();

  const pids = [...stack.pids, secondProcess.pid];
  const waitedBefore = waitedForProcessorMs(pids);
  await set('auto-replies.send', 0);
  await set('moods.updates', 0);
  const begun = performance.now();
  await Promise.all([
    until(async () => (await update(second, prober)).body.error === 'FEATURE_DISABLED'),
    until(() => /feature flags are set/.test(worker?.output() ?? '')),
  ]);
  const took = performance.now() - begun;
  expect(took).toBeLessThan(promisedMs + waitedForProcessorMs(pids) - waitedBefore);
  expect((await update(api)).body.error).toBe('FEATURE_DISABLED');
  for (const at of [api, second]) expect(await report(at)).toMatchObject({ status: 'ignored', reason: 'sending_off' });

  await redis.start();
  await eventually(replies, ([reply]) => reply?.status !== 'pending', 120_000);
  expect(await replies()).toEqual([{ status: 'cancelled', reason: 'sending_off' }]);

  await set('auto-replies.send', 100);
  await set('moods.updates', 100);
  await until(async () => (await update(second)).status === 200);
  await eventually(
    () => report(second),
    ({ status }) => status === 'scheduled',
  );
  await eventually(replies, (found) => found.some(({ status }) => status === 'sent'), 120_000);
  expect((await replies()).map(({ status }) => status)).toEqual(['cancelled', 'sent']);
  expect(await platform.automatedMessages(conversationId)).toHaveLength(1);
});
