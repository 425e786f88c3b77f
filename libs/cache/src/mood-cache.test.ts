import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { neverSetMood } from '@mood/domain';
import type { Mood } from '@mood/domain';
import { connectRedis, parseRedisUrl } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { createLogger } from '@mood/runtime';
import { openCacheLeases } from '@mood/testing/cache-leases';
import type { CacheLeases } from '@mood/testing/cache-leases';
import { eventually } from '@mood/testing/eventually';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { createMoodCache } from './mood-cache.ts';
import type { CacheResult, MoodCache } from './mood-cache.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const now = new Date('2026-03-01T12:00:00.000Z');

function moodOf(version: number, changes: Partial<Mood> = {}): Mood {
  const message = `version ${version}`;
  const mood: Mood = { ...neverSetMood(randomUUID(), now), version, moodState: 'positive', customMessage: message, ...changes };
  table.set(mood.modelId, mood);
  return mood;
}

/** What the table has: the newest of each mood that was made here. */
const table = new Map<string, Mood>();
const store = { find: async (modelId: string) => table.get(modelId) ?? null };

describe('the cache of moods', () => {
  let server: RedisServer;
  let leases: CacheLeases;
  let redis: RedisConnection;
  const caches: MoodCache[] = [];
  beforeAll(async () => {
    server = await createRedisServer();
    await server.start();
    leases = await openCacheLeases();
    redis = connectRedis(parseRedisUrl(server.url), { name: 'test', maxRetriesPerRequest: null, onError: () => {} });
  });
  afterAll(async () => {
    await leases.close();
    await redis.quit();
    await server.remove();
  });
  afterEach(async () => {
    for (const cache of caches.splice(0)) await cache.stop();
  });

  async function startCache(onResult: (result: CacheResult) => void = () => {}, redisUrl = server.url): Promise<MoodCache> {
    const options = { redisUrl, prefix: 'test', applicationName: 'test', logger, store, onResult };
    const cache = createMoodCache({ ...options, createLease: (user) => leases.createLease(user) });
    caches.push(cache);
    await cache.start();
    return cache;
  }
  const usable = (cache: MoodCache) => eventually(async () => cache.isOpen(), Boolean);
  async function openCache(onResult?: (result: CacheResult) => void): Promise<MoodCache> {
    const cache = await startCache(onResult);
    await usable(cache);
    return cache;
  }
  const put = async (cache: MoodCache, mood: Mood) => cache.put([mood], await leases.state());
  /** As who has read it from the table. */
  const offer = async (cache: MoodCache, mood: Mood) => cache.settle([mood], await leases.state(), cache.beginReading());
  async function keyOf({ modelId }: Mood): Promise<string> {
    const [key = ''] = await redis.keys(`test:*${modelId}`);
    return key;
  }

  test('gives back what was put in, to every process', async () => {
    const [one, other] = [await openCache(), await openCache()];
    const mood = moodOf(3, { expiresAt: new Date(now.getTime() + 60_000), autoRespond: true, responseDelay: 7, updatedBy: 'admin' });
    expect(await put(one, mood)).toBe(true);
    expect(await other.get(mood.modelId)).toEqual(mood);
    await other.check();
  });

  test('tells hits, misses and errors apart', async () => {
    const results: CacheResult[] = [];
    const cache = await openCache((result) => results.push(result));
    const mood = moodOf(1);
    await cache.get(mood.modelId);
    await offer(cache, mood);
    await cache.get(mood.modelId);
    await server.kill();
    await cache.get(mood.modelId);
    await server.start();
    expect(results).toEqual(['miss', 'hit', 'error']);
  });

  test('never goes back to an older version, whoever comes late', async () => {
    const cache = await openCache();
    const newer = moodOf(10);
    await put(cache, newer);
    for (const version of [9, 10]) await offer(cache, { ...newer, version, customMessage: 'late' });
    expect(await cache.get(newer.modelId)).toEqual(newer);
    await offer(cache, { ...newer, version: 11, customMessage: 'next' });
    expect((await cache.get(newer.modelId))?.version).toBe(11);
  });

  test.each([null, 10, 60_000, 3_600_000])('keeps an entry for five minutes when its mood ends in %s ms', async (endsInMs) => {
    const cache = await openCache();
    const mood = moodOf(1, { expiresAt: endsInMs === null ? null : new Date(now.getTime() + endsInMs) });
    await put(cache, mood);
    const left = await redis.pttl(await keyOf(mood));
    expect(left).toBeLessThanOrEqual(300_000);
    expect(left).toBeGreaterThan(270_000);
  });

  test('takes what it cannot read for nothing', async () => {
    const cache = await openCache();
    const mood = moodOf(1);
    await put(cache, mood);
    const key = await keyOf(mood);
    for (const entry of ['', '1', '1 {', '1 {"modelId":1}', `1 ${JSON.stringify({ ...mood, modelId: randomUUID() })}`]) {
      await redis.set(key, entry);
      expect(await cache.get(mood.modelId)).toBeNull();
    }
    await put(cache, { ...mood, version: 2 });
    expect((await cache.get(mood.modelId))?.version).toBe(2);
  });

  test.each([
    ['started again', async () => (await server.kill(), server.start())],
    ['wiped', () => redis.flushall()],
    ['cut off', () => redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')],
  ])('believes nothing that a reading or a change brings to a Redis that was %s meanwhile, and begins anew', async (_, lose) => {
    const cache = await openCache();
    const mood = moodOf(1);
    const [state, reading] = [await leases.state(), cache.beginReading()];
    await cache.put([mood], state);
    await lose();
    await cache.settle([mood], state, reading);
    expect(cache.isOpen()).toBe(false);
    expect((await leases.state()).closures).toBe(state.closures + 1);
    await usable(cache);
    expect(await cache.get(mood.modelId)).toBeNull();
    await offer(cache, mood);
    expect(await cache.get(mood.modelId)).toEqual(mood);
  });

  test('acknowledges what it cannot tell a Redis that hangs when no process believes the older, which costs a second once', async () => {
    const [writer, reader] = [await openCache(), await openCache()];
    const before = moodOf(1);
    await put(writer, before);
    const open = await leases.state();
    server.pause();
    try {
      const after = { ...before, version: 2 };
      const began = performance.now();
      await writer.settle([after], open);
      expect(reader.isOpen()).toBe(false);
      expect(performance.now() - began).toBeGreaterThanOrEqual(1_000);
      const closed = await leases.state();
      const usedMs = startProcessorWatch();
      for (let n = 0; n < 1_000; n += 1) {
        expect(await reader.get(before.modelId)).toBeNull();
        await writer.settle([moodOf(1)], closed);
      }
      // Nothing is waited for.
      expect(usedMs()).toBeLessThan(1_000);
      expect(await leases.state()).toEqual(closed);
      server.resume();
      await Promise.all([usable(writer), usable(reader)]);
      for (const cache of [writer, reader]) expect(await cache.get(before.modelId)).toBeNull();
    } finally {
      server.resume();
    }
  });

  test('stays closed for all while one of them does not reach Redis, and is opened when that one is gone', async () => {
    const cache = await openCache();
    const { closures } = await leases.state();
    const lost = await startCache(undefined, 'redis://127.0.0.1:1');
    await eventually(
      () => leases.state(),
      ({ epoch }) => epoch === null,
    );
    // Longer than it takes to open it.
    await pause(2_500);
    expect(await leases.state()).toEqual({ closures: closures + 1, epoch: null, servers: null });
    await lost.stop();
    await usable(cache);
    expect((await leases.state()).closures).toBe(closures + 1);
  });
});
