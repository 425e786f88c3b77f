import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { readTogether } from './commands.ts';
import { closeRedis, connectRedis } from './connection.ts';
import { parseRedisUrl } from './redis-url.ts';

describe.each([
  ['one server', 'TEST_REDIS_URL', 1],
  ['a cluster', 'TEST_REDIS_CLUSTER_URL', 2],
])('values that are asked for together, of %s', (_, variable, commands) => {
  const redis = connectRedis(parseRedisUrl(process.env[variable] ?? ''), { name: 'test', maxRetriesPerRequest: null, onError: () => {} });
  afterAll(() => closeRedis(redis));

  test(`take as many commands as there are places: ${commands}`, async () => {
    const id = randomUUID();
    const keys = ['a', 'b'].flatMap((tag) => [1, 2, 3].map((nth) => `test:${id}:{${tag}}:${nth}`));
    await Promise.all(keys.slice(1).map((key) => redis.set(key, `of ${key}`, 'PX', 60_000)));
    await redis.del(keys[3] ?? '');
    await redis.lpush(keys[3] ?? '', 'of another type');
    const asked = jest.spyOn(redis, 'mget');
    const read = readTogether(redis, 60_000);
    const [missing, ...values] = await Promise.all([...keys, keys[1] ?? ''].map(read));
    expect(missing).toBeNull();
    expect(values).toEqual([...keys.slice(1), keys[1]].map((key) => (key === keys[3] ? null : `of ${key}`)));
    expect(asked).toHaveBeenCalledTimes(commands);
  });
});
