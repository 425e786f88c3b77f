import { describe, test } from '@jest/globals';
import { describeOutages } from '../conformance/outages.suite.ts';
import { createRedisServer, findRedisServer } from '../conformance/redis-server.ts';

const executable = await findRedisServer();

if (executable === undefined) {
  describe('jobs when Redis dies', () => {
    test.skip('not tested here: there is no redis-server on the PATH to be killed', () => undefined);
  });
} else {
  describeOutages('Redis', async () => {
    const server = await createRedisServer(executable);
    await server.start();
    return { ...server, options: () => ({ redisUrl: server.url }) };
  });
}
