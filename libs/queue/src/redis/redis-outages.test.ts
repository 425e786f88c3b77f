import { createRedisServer } from '../../../../tests/support/redis-server.ts';
import { describeOutages } from '../conformance/outages.suite.ts';

describeOutages('Redis', async () => {
  const server = await createRedisServer();
  await server.start();
  return { ...server, options: () => ({ redisUrl: server.url }) };
});
