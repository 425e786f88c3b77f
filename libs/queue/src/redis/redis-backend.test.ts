import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { describeQueueBackend } from '../conformance/queue-backend.suite.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await createRedisServer();
  await server.start();
});
afterAll(() => server.remove());

describeQueueBackend('Redis', () => Promise.resolve({ redisUrl: server.url, prefix: `test-${randomUUID()}` }));
