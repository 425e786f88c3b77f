import type { CacheResult } from '@mood/cache';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

const results: readonly CacheResult[] = ['hit', 'miss', 'error'];

export interface CacheMetrics {
  /** The cache tells it each result … */
  onResult: (result: CacheResult) => void;
  /** … and each entry that is no mood that this system wrote. */
  onUnusable: () => void;
}

/** Counts questions to the cache of moods, and what came out of it and was not believed. */
export function createCacheMetrics(registry: Registry): CacheMetrics {
  const requests = new Counter({
    name: 'mood_cache_requests_total',
    help: 'Questions to the cache of moods, by result. None without a cache.',
    labelNames: ['result'],
    registers: [registry],
  });
  const unusable = new Counter({
    name: 'mood_cache_unusable_entries_total',
    help: 'Entries of the cache of moods that this system did not write: read, and not within the bounds of a mood, or newer than the table when that mood was changed (readings believe those). They were replaced.',
    registers: [registry],
  });
  const bound = new Map(results.map((result) => [result, requests.labels({ result })]));
  return { onResult: (result) => bound.get(result)?.inc(), onUnusable: () => unusable.inc() };
}
