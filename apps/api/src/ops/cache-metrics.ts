import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

const results = ['hit', 'miss', 'error'] as const;
export type CacheResult = (typeof results)[number];

/** Counts questions to the cache of moods. @returns what the cache tells each result to. */
export function createCacheMetrics(registry: Registry): (result: CacheResult) => void {
  const requests = new Counter({
    name: 'mood_cache_requests_total',
    help: 'Questions to the cache of moods, by result. None without a cache.',
    labelNames: ['result'],
    registers: [registry],
  });
  const bound = new Map(results.map((result) => [result, requests.labels({ result })]));
  return (result) => bound.get(result)?.inc();
}
