import type { CacheResult, MoodCache } from '@mood/cache';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

const results: readonly CacheResult[] = ['hit', 'miss', 'error'];

export interface CacheMetrics {
  /** Called by the cache for each lookup … */
  onResult: (result: CacheResult) => void;
  /** … and for each entry that this system did not write. */
  onUnusable: () => void;
  /** Whether it is open is asked at a scrape. */
  measure: (cache: Pick<MoodCache, 'isOpen'>) => void;
}

/** Counts lookups in the mood cache by result, and entries that were rejected. */
export function createCacheMetrics(registry: Registry): CacheMetrics {
  const requests = new Counter({
    name: 'mood_cache_requests_total',
    help: 'Questions to the cache of moods, by result; error: it was closed, or did not answer. None without a cache.',
    labelNames: ['result'],
    registers: [registry],
  });
  const unusable = new Counter({
    name: 'mood_cache_unusable_entries_total',
    help: 'Entries of the cache of moods that this system did not write: read, and not within the bounds of a mood, or newer than the table when that mood was changed (readings believe those). They were replaced.',
    registers: [registry],
  });
  const bound = new Map(results.map((result) => [result, requests.labels({ result })]));
  let measured: Pick<MoodCache, 'isOpen'> | undefined;
  const open = new Gauge({
    name: 'mood_cache_open',
    help: '1 while this process may believe the cache of moods, 0 while it reads the table. Without a cache it has no value.',
    registers: [],
    collect() {
      if (measured === undefined) this.remove();
      else this.set(measured.isOpen() ? 1 : 0);
    },
  });
  registry.registerMetric(open);
  return {
    onResult: (result) => bound.get(result)?.inc(),
    onUnusable: () => unusable.inc(),
    measure(cache) {
      measured = cache;
    },
  };
}
