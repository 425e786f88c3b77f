import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { scrape } from '@mood/testing/metrics';
import { startNodeProcess } from '@mood/testing/process';
import { startRedisCluster } from '@mood/testing/redis-cluster';
import { startRedisWithSentinel } from '@mood/testing/redis-sentinel';
import { startStack } from '@mood/testing/stack';
import { findViolations, readVersions, recordLoad } from './recorded-moods.ts';

const rounds = count(25, 1);
const least = { reads: count(25_000, 300), updates: count(2_500, 30) };
/** Between two failovers, in milliseconds. */
const calmMs = 500;

const stores = [
  ['Sentinel makes a replica the master', () => startRedisWithSentinel('never')],
  ['a replica takes over in a cluster', () => startRedisCluster({ replicas: 1 })],
] as const;

// A replica lacks what its master had answered but not passed on: an entry there can be older than what was acknowledged.
describe('no reading is older than what was acknowledged or seen before it began', () => {
  test.each(stores)(
    'when %s',
    async (_, startStore) => {
      const redis = await startStore();
      const [port, ...opsPorts] = [await freePort(), await freePort(), await freePort()];
      const env = { REDIS_URL: redis.url, REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0' };
      const stack = await startStack({ workers: 1, env, envOf: { api: { METRICS_PORT: String(opsPorts[0]) } } });
      const ofSecond = { PORT: String(port), METRICS_PORT: String(opsPorts[1]) };
      const second = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, ...ofSecond });
      try {
        const apis = [stack.api, await createApiClient(`http://127.0.0.1:${port}`)];
        const admin = await stack.platform.token('admin');
        const models = await Promise.all(Array.from({ length: 8 }, () => stack.createModel()));
        const inUse = async (opsPort: number) => (await scrape(`http://127.0.0.1:${opsPort}`)).value('mood_cache_open') === 1;
        const open = () =>
          eventually(
            () => Promise.all(opsPorts.map(inUse)),
            (found) => found.every(Boolean),
            60_000,
          );
        await open();
        const restMs = { writer: 10, reader: 2 };
        const { recording, stop } = recordLoad({ apis, models, admin, pause, restMs, writers: 4, readers: 12 });
        for (
          let round = 0;
          round < rounds || recording.reads.length < least.reads || recording.updates.length < least.updates;
          round += 1
        ) {
          await pause(calmMs * (0.5 + Math.random()));
          await redis.failOver(round);
          await open();
        }
        await stop();
        expect(recording.reads.length).toBeGreaterThanOrEqual(least.reads);
        const violations = findViolations(recording, await readVersions(stack, models, admin));
        expect({ number: violations.length, first: violations.slice(0, 3) }).toEqual({ number: 0, first: [] });
      } finally {
        await second.stop();
        await stack.stop();
        await redis.remove();
      }
    },
    count(1_800_000, 240_000),
  );
});
