import { createLogger } from '@mood/runtime';
import { expect, test } from '@jest/globals';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServerOptions } from '@mood/testing/redis-server';
import { createQueueBackend } from '../backend.ts';

async function warningsOf(options: RedisServerOptions): Promise<string[]> {
  const server = await createRedisServer(options);
  const said: string[] = [];
  const logger = createLogger({ name: 'test', level: 'warn' }, { write: (line) => void said.push(JSON.parse(line).msg) });
  const backend = createQueueBackend({ redisUrl: server.url, logger });
  try {
    await server.start();
    await backend.ready();
    await backend.ready();
    return said;
  } finally {
    await backend.close();
    await server.remove();
  }
}

test('a Redis that may drop keys or forgets them in a crash is warned of once, with the cure', async () => {
  const said = await warningsOf({ durability: 'never', settings: ['--maxmemory-policy', 'allkeys-lru'] });
  expect(said).toHaveLength(2);
  expect(said.join(' ')).toMatch(/maxmemory-policy noeviction.*appendonly yes/);
});

test('a Redis that keeps what it is told is warned of not at all', async () => {
  expect(await warningsOf({ durability: 'always' })).toEqual([]);
});
