import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeRedis, connectRedis, parseRedisUrl } from '@mood/redis';
import { eventually, until } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';

let server: RedisServer;
beforeAll(async () => {
  server = await createRedisServer();
});
afterAll(() => server.remove());

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('a connection that was lost, and is closed, keeps nobody waiting', async () => {
  await server.start();
  const redis = connectRedis(parseRedisUrl(server.url), { name: 'test', maxRetriesPerRequest: 0, onError: () => {} });
  expect(await redis.ping()).toBe('PONG');
  await server.kill();
  await until(() => redis.status === 'reconnecting');
  const before = timers();
  await closeRedis(redis);
  await eventually(
    async () => timers(),
    (left) => left < before,
    1_000,
  );
});
