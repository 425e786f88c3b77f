import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { createRedisServer } from '../../../../tests/support/redis-server.ts';
import type { RedisServer } from '../../../../tests/support/redis-server.ts';
import { describeQueueBackend } from '../conformance/queue-backend.suite.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await createRedisServer();
  await server.start();
});
afterAll(() => server.remove());

describeQueueBackend('Redis', () => Promise.resolve({ redisUrl: server.url, prefix: `test-${randomUUID()}` }));
