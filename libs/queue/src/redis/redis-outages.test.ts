import { createRedisServer } from '@mood/testing/redis-server';
import { describeOutages } from '../conformance/outages.suite.ts';

describeOutages('Redis', async () => {
  const server = await createRedisServer();
  await server.start();
  return { ...server, options: () => ({ redisUrl: server.url }) };
});
