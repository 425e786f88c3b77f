import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeRedis, connectRedis, parseRedisUrl } from '@mood/redis';
import { eventually } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';
import { createTcpProxy } from '@mood/testing/tcp-proxy';
import type { TcpProxy } from '@mood/testing/tcp-proxy';

let redis: RedisServer;
let proxy: TcpProxy;
let stack: Stack;
beforeAll(async () => {
  redis = await createRedisServer();
  await redis.start();
  proxy = await createTcpProxy(redis.port, () => 0);
  stack = await startStack({ workers: 1, env: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` } });
});
afterAll(async () => {
  await stack?.stop();
  await proxy?.close();
  await redis?.remove();
});

/** A connection that waits for an answer this long, in milliseconds, is given up; and what it takes to get on. */
const longestMs = 15_000 + 25_000;

test('a Redis whose host vanished without a word and came back elsewhere is found again, by workers, too', async () => {
  const { api, platform } = stack;
  const service = await platform.token('service', undefined, { scope: 'auto-replies:write' });
  const [userId = ''] = await platform.createUsers();
  const model = await stack.createModel();
  await api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, model.token);
  async function write(): Promise<string> {
    const conversationId = randomUUID();
    const message = { messageId: randomUUID(), conversationId, modelId: model.id, userId, senderType: 'user', automated: false };
    const { status } = await api.post('/api/v1/auto-replies', { ...message, receivedAt: new Date().toISOString() }, service);
    expect(status).toBe(202);
    return conversationId;
  }
  const answered = async (conversationId: string) =>
    eventually(
      () => platform.automatedMessages(conversationId),
      (messages) => messages.length === 1,
      longestMs,
    );
  await answered(await write());
  proxy.silence();
  await answered(await write());
  await eventually(
    async () => (await api.get('/health')).body.checks.cache.status,
    (status) => status === 'healthy',
  );
});

test('a connection on which nothing comes back is given up after twice the time that a command has', async () => {
  const target = parseRedisUrl(`redis://127.0.0.1:${proxy.port}`);
  const connection = connectRedis(target, { name: 'test', maxRetriesPerRequest: 0, commandTimeoutMs: 300, onError: () => undefined });
  expect(await connection.ping()).toBe('PONG');
  proxy.silence();
  await expect(connection.ping()).rejects.toThrow('timed out');
  await eventually(
    () => connection.ping().catch(String),
    (answer) => answer === 'PONG',
    5_000,
  );
  await closeRedis(connection);
});
