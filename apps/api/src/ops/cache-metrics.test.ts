import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createCacheMetrics } from './cache-metrics.ts';

const valuesOf = async (registry: Registry, name: string) => (await registry.getSingleMetric(name)?.get())?.values;

test('questions to the cache are counted by their result', async () => {
  const registry = new Registry();
  const { onResult, onUnusable } = createCacheMetrics(registry);
  for (const result of ['hit', 'hit', 'miss', 'error'] as const) onResult(result);
  onUnusable();
  expect(await valuesOf(registry, 'mood_cache_requests_total')).toEqual([
    { labels: { result: 'hit' }, value: 2 },
    { labels: { result: 'miss' }, value: 1 },
    { labels: { result: 'error' }, value: 1 },
  ]);
  expect(await valuesOf(registry, 'mood_cache_unusable_entries_total')).toEqual([{ labels: {}, value: 1 }]);
});

test('whether the cache is open is asked at each scrape; without a cache there is no answer', async () => {
  const registry = new Registry();
  const { measure } = createCacheMetrics(registry);
  expect(await valuesOf(registry, 'mood_cache_open')).toEqual([]);
  let isOpen = true;
  measure({ isOpen: () => isOpen });
  expect(await valuesOf(registry, 'mood_cache_open')).toEqual([{ labels: {}, value: 1 }]);
  isOpen = false;
  expect(await valuesOf(registry, 'mood_cache_open')).toEqual([{ labels: {}, value: 0 }]);
});
