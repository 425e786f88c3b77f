import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { describeQueueBackend } from '../conformance/queue-backend.suite.ts';
import { createRedisServer, findRedisServer } from '../conformance/redis-server.ts';
import type { RedisServer } from '../conformance/redis-server.ts';

const givenUrl = process.env['REDIS_URL'] ?? '';
const executable = givenUrl === '' ? await findRedisServer() : undefined;

if (givenUrl === '' && executable === undefined) {
  describe('jobs in Redis', () => {
    test.skip('not tested here: there is no redis-server on the PATH and no REDIS_URL', () => undefined);
  });
} else {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    if (executable === undefined) return;
    server = await createRedisServer(executable);
    await server.start();
  });
  afterAll(() => server?.remove());

  describeQueueBackend('Redis', () => Promise.resolve({ redisUrl: server?.url ?? givenUrl, prefix: `test-${randomUUID()}` }));
}
