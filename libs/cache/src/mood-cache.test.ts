import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { neverSetMood } from '@mood/domain';
import type { Mood } from '@mood/domain';
import { connectRedis, parseRedisUrl } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { createLogger } from '@mood/runtime';
import { eventually } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { createMoodCache } from './mood-cache.ts';
import type { CacheResult, MoodCache } from './mood-cache.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const now = new Date('2026-03-01T12:00:00.000Z');

function moodOf(version: number, changes: Partial<Mood> = {}): Mood {
  const mood: Mood = {
    ...neverSetMood(randomUUID(), now),
    version,
    moodState: 'positive',
    customMessage: `version ${version}`,
    ...changes,
  };
  table.set(mood.modelId, mood);
  return mood;
}

/** What the table has: the newest of each mood that was made here. */
const table = new Map<string, Mood>();
const store = { find: async (modelId: string) => table.get(modelId) ?? null };

describe('the cache of moods', () => {
  let server: RedisServer;
  let redis: RedisConnection;
  const caches: MoodCache[] = [];
  beforeAll(async () => {
    server = await createRedisServer();
    await server.start();
    redis = connectRedis(parseRedisUrl(server.url), { name: 'test', maxRetriesPerRequest: null, onError: () => {} });
  });
  afterAll(async () => {
    await redis.quit();
    await server.remove();
  });
  afterEach(async () => {
    for (const cache of caches.splice(0)) await cache.stop();
  });

  async function openCache(prefix: string, onResult?: (result: CacheResult) => void): Promise<MoodCache> {
    const cache = createMoodCache({
      redisUrl: server.url,
      prefix,
      applicationName: 'test',
      logger,
      store,
      clock: () => now,
      ...(onResult && { onResult }),
    });
    caches.push(cache);
    await cache.start();
    await usable(cache);
    return cache;
  }
  const isUsable = (cache: MoodCache) =>
    cache.check().then(
      () => true,
      () => false,
    );
  const usable = (cache: MoodCache) => eventually(() => isUsable(cache), Boolean);
  const prefixOf = () => `t${randomUUID().slice(0, 8)}`;

  test('gives back what was put in, to every process that has the same prefix', async () => {
    const prefix = prefixOf();
    const [one, other] = [await openCache(prefix), await openCache(prefix)];
    const mood = moodOf(3, { expiresAt: new Date(now.getTime() + 60_000), autoRespond: true, responseDelay: 7, updatedBy: 'admin' });
    await one.put(mood);
    expect(await other.get(mood.modelId)).toEqual(mood);
    expect(await (await openCache(prefixOf())).get(mood.modelId)).toBeNull();
  });

  test('tells hits, misses and errors apart', async () => {
    const results: CacheResult[] = [];
    const cache = await openCache(prefixOf(), (result) => results.push(result));
    const mood = moodOf(1);
    await cache.get(mood.modelId);
    await cache.offer(mood);
    await cache.get(mood.modelId);
    await server.kill();
    await cache.get(mood.modelId);
    await server.start();
    expect(results).toEqual(['miss', 'hit', 'error']);
  });

  test('never goes back to an older version, whoever comes late', async () => {
    const cache = await openCache(prefixOf());
    const newer = moodOf(10);
    await cache.put(newer);
    for (const version of [9, 10]) await cache.offer({ ...newer, version, customMessage: 'late' });
    expect(await cache.get(newer.modelId)).toEqual(newer);
    await cache.offer({ ...newer, version: 11, customMessage: 'next' });
    expect((await cache.get(newer.modelId))?.version).toBe(11);
  });

  test.each([
    ['five minutes when the mood has no end', null, 300_000],
    ['until the mood ends', 60_000, 60_000],
    ['five minutes when the mood ends later', 3_600_000, 300_000],
    ['two seconds when it ends sooner, so that nothing older can come in its place', 10, 2_000],
  ])('keeps an entry for %s', async (_, endsInMs, keptMs) => {
    const prefix = prefixOf();
    const cache = await openCache(prefix);
    const mood = moodOf(1, { expiresAt: endsInMs === null ? null : new Date(now.getTime() + endsInMs) });
    await cache.put(mood);
    const [key = ''] = await redis.keys(`${prefix}:*${mood.modelId}`);
    const left = await redis.pttl(key);
    expect(left).toBeLessThanOrEqual(keptMs);
    expect(left).toBeGreaterThan(keptMs - 1_500);
  });

  test('takes what it cannot read for nothing', async () => {
    const prefix = prefixOf();
    const cache = await openCache(prefix);
    const mood = moodOf(1);
    await cache.put(mood);
    const [key = ''] = await redis.keys(`${prefix}:*${mood.modelId}`);
    for (const entry of ['', '1', '1 {', '1 {"modelId":1}', `1 ${JSON.stringify({ ...mood, modelId: randomUUID() })}`]) {
      await redis.set(key, entry);
      expect(await cache.get(mood.modelId)).toBeNull();
    }
    await cache.put({ ...mood, version: 2 });
    expect((await cache.get(mood.modelId))?.version).toBe(2);
  });

  test('believes nothing that a Redis knew before it was started again', async () => {
    const cache = await openCache(prefixOf());
    const mood = moodOf(1);
    await cache.offer(mood);
    expect(await cache.get(mood.modelId)).toEqual(mood);
    await server.kill();
    expect(await cache.get(mood.modelId)).toBeNull();
    await server.start();
    await usable(cache);
    expect(await cache.get(mood.modelId)).toBeNull();
    await cache.offer(mood);
    expect(await cache.get(mood.modelId)).toEqual(mood);
  });

  describe('after an outage in which more was missed than it remembers', () => {
    async function missed(limits: { missed: number; missedMs: number }): Promise<{ cache: MoodCache; restMs: () => number }> {
      const cache = createMoodCache({ redisUrl: server.url, prefix: prefixOf(), applicationName: 'test', logger, store, limits });
      caches.push(cache);
      await cache.start();
      await usable(cache);
      await server.kill();
      for (let n = 0; n < 3; n += 1) await cache.put(moodOf(1));
      const began = performance.now();
      return { cache, restMs: () => limits.missedMs - (performance.now() - began) };
    }

    test('because it is too long ago, goes on: what is older than any entry is of no use', async () => {
      const { cache, restMs } = await missed({ missed: 10, missedMs: 50 });
      await pause(restMs() + 20);
      await server.start();
      await usable(cache);
    });

    test('because it was too much, waits until what it cannot know has gone by itself', async () => {
      const { cache, restMs } = await missed({ missed: 2, missedMs: 2_000 });
      await server.start();
      await usable(cache);
      // It began a moment after the last was missed.
      expect(restMs()).toBeLessThanOrEqual(500);
    });
  });

  test('writes anew what it wrote last after it lost its connection: other servers may have something older there', async () => {
    const prefix = prefixOf();
    const cache = await openCache(prefix);
    const mood = moodOf(2);
    await cache.put(mood);
    const [key = ''] = await redis.keys(`${prefix}:*${mood.modelId}`);
    await redis.set(key, '1 older');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(
      () => redis.get(key),
      (entry) => entry?.startsWith('2 ') === true,
    );
    await usable(cache);
    expect(await cache.get(mood.modelId)).toEqual(mood);
  });

  test('costs next to nothing while Redis hangs, and has what was changed meanwhile before it is believed again', async () => {
    const prefix = prefixOf();
    const [writer, reader] = [await openCache(prefix), await openCache(prefix)];
    const before = moodOf(1);
    await writer.put(before);
    server.pause();
    const began = performance.now();
    const after = { ...before, version: 2, customMessage: 'changed meanwhile' };
    await writer.put(after);
    for (let n = 0; n < 1_000; n += 1) {
      expect(await writer.get(before.modelId)).toBeNull();
      await writer.put(moodOf(1));
    }
    expect(performance.now() - began).toBeLessThan(5_000);
    server.resume();
    await usable(writer);
    expect(await writer.get(before.modelId)).toEqual(after);
    expect(await reader.get(before.modelId)).toEqual(after);
  });

  test('can be opened and closed while there is no Redis', async () => {
    await server.kill();
    const cache = createMoodCache({ redisUrl: server.url, prefix: prefixOf(), applicationName: 'test', logger, store });
    await cache.start();
    expect(await cache.get(randomUUID())).toBeNull();
    await cache.stop();
    await server.start();
  });
});
