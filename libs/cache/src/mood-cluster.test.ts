import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { neverSetMood } from '@mood/domain';
import type { CacheLease, Mood } from '@mood/domain';
import { closeRedis, connectRedis, parseRedisUrl, watchServers } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { createLogger } from '@mood/runtime';
import { openCacheLeases } from '@mood/testing/cache-leases';
import type { CacheLeases } from '@mood/testing/cache-leases';
import { eventually } from '@mood/testing/eventually';
import { createMoodCache } from './mood-cache.ts';
import type { MoodCache } from './mood-cache.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
/** The cluster of the test run, which others use as well. */
const redisUrl = process.env['TEST_REDIS_CLUSTER_URL'] ?? '';
const prefix = `test-${randomUUID()}`;
const moodOf = (version: number, message: string, modelId: string = randomUUID()): Mood => ({
  ...neverSetMood(modelId, new Date('2026-03-01T12:00:00.000Z')),
  version,
  moodState: 'positive',
  customMessage: message,
});

describe('the cache of moods in a cluster', () => {
  let leases: CacheLeases;
  let redis: RedisConnection;
  const table = new Map<string, Mood>();
  const running: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    leases = await openCacheLeases();
    redis = connectRedis(parseRedisUrl(redisUrl), { name: 'test', maxRetriesPerRequest: null, onError: () => {} });
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
  });
  afterAll(async () => {
    await closeRedis(redis);
    await leases.close();
  });

  async function startCache(): Promise<MoodCache> {
    const store = { find: async (modelId: string) => table.get(modelId) ?? null };
    const options = { redisUrl, prefix, applicationName: 'test', logger, store };
    const cache = createMoodCache({ ...options, createLease: (user) => leases.createLease(user) });
    running.push(cache);
    await cache.start();
    return cache;
  }
  const usable = (cache: MoodCache) => eventually(async () => cache.isOpen(), Boolean);

  /** As a process of the release that had 256 places in a cluster. */
  async function startFormer(): Promise<CacheLease> {
    const watch = watchServers(redis, 10_000);
    await watch.look();
    const servers = `0:${prefix}@${watch.reached?.ids}`;
    const lease = leases.createLease({ servers: () => servers, prepare: () => Promise.resolve() });
    running.push(lease);
    await lease.start();
    return lease;
  }

  test('puts many moods together, each by its version, and spreads them over all masters', async () => {
    const cache = await startCache();
    const [older, newer, forged] = [moodOf(1, 'older'), moodOf(9, 'newer'), moodOf(9, 'forged')];
    const late = [moodOf(2, 'next', older.modelId), moodOf(8, 'late', newer.modelId), moodOf(4, 'before', forged.modelId)];
    const many = Array.from({ length: 250 }, (_, nth) => moodOf(1, `of ${nth}`));
    const read = (moods: readonly Mood[]) => Promise.all(moods.map(({ modelId }) => cache.get(modelId)));
    // A busy machine may lose its lease meanwhile, or the cache: then once more.
    const { few, found } = await eventually(
      async () => {
        await usable(cache);
        const state = await leases.state();
        for (const mood of [newer, forged]) table.set(mood.modelId, mood);
        const first = await cache.put([older, newer, forged], state);
        table.set(forged.modelId, moodOf(5, 'true', forged.modelId));
        const second = await cache.put([...many.slice(0, 120), ...late, ...many.slice(120)], state);
        const answers = { few: await read([older, newer, forged, moodOf(1, 'missing')]), found: await read(many) };
        const isWhole = ![...answers.few.slice(0, 3), ...answers.found].includes(null);
        return { ...answers, isCalm: first && second && isWhole && (await leases.state()).epoch === state.epoch };
      },
      ({ isCalm }) => isCalm,
    );
    expect(few.map((mood) => mood?.customMessage)).toEqual(['next', 'newer', 'true', undefined]);
    expect(found).toEqual(many);

    const masters = 'nodes' in redis ? redis.nodes('master') : [];
    const shares = await Promise.all(masters.map(async (master) => (await master.keys(`${prefix}:state:*`)).length));
    expect(shares).toHaveLength(3);
    expect(Math.max(...shares)).toBeLessThan(2 * Math.min(...shares));
  });

  test('is not shared with a process that has other places, and opens when that one is gone', async () => {
    const former = await startFormer();
    const cache = await startCache();
    await eventually(
      () => leases.state(),
      ({ epoch }) => epoch === null,
    );
    expect(await cache.get(randomUUID())).toBeNull();
    await former.stop();
    await eventually(
      () => leases.state(),
      ({ servers }) => servers?.startsWith(`0:${prefix}/12@`) === true,
    );

    // The other way round: it is closed by whoever comes with other places.
    const { closures } = await leases.state();
    await startFormer();
    await eventually(
      () => leases.state(),
      (state) => state.closures > closures && state.epoch === null,
    );
    // Its lease lasts for a second at most.
    await eventually(
      async () => cache.isOpen(),
      (isOpen) => !isOpen,
    );
  });

  test('writes nothing under an epoch of other places, and acknowledges a change when nobody believes that any more', async () => {
    const former = await startFormer();
    const opened = await eventually(
      () => leases.state(),
      ({ epoch }) => epoch !== null,
    );
    const cache = await startCache();
    const mood = moodOf(1, 'changed');
    expect(await cache.put([mood], opened)).toBe(false);
    await cache.settle([mood], opened);
    expect((await leases.state()).epoch).toBeNull();
    expect(former.current(opened.servers ?? '')).toBeUndefined();
    const masters = 'nodes' in redis ? redis.nodes('master') : [];
    expect((await Promise.all(masters.map((master) => master.keys(`*${mood.modelId}`)))).flat()).toEqual([]);
  });
});
