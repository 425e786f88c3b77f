import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts what each caller does in a minute. Where the counts are kept is up to whoever makes it. */
export interface RequestLimit {
  /** Counts one, or as many as it is worth. @returns the milliseconds after which the caller may come again; undefined when this one is allowed. */
  take(key: string, worth?: number): Promise<number | undefined>;
  /** As `take`, and counts nothing: whether the next one would be refused. */
  wouldRefuse(key: string): Promise<number | undefined>;
}

const windowSeconds = 60;
/** About 200 bytes each. Beyond them the callers who were quiet for longest are forgotten. */
const maxKeys = 100_000;

const noLimit: RequestLimit = { take: async () => undefined, wouldRefuse: async () => undefined };

/** Counts in the memory of this process. @param perMinute 0: no limit. */
export function createMemoryLimit(perMinute: number, remembered = maxKeys): RequestLimit {
  if (perMinute === 0) return noLimit;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  const keys = new LRUCache<string, true>({
    max: remembered,
    dispose: (_, key, reason) => {
      if (reason === 'evict') void limiter.delete(key);
    },
  });
  return {
    async take(key, worth = 1) {
      keys.set(key, true);
      try {
        await limiter.consume(key, worth);
        return undefined;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext;
        throw refusal;
      }
    },
    async wouldRefuse(key) {
      const count = await limiter.get(key);
      return count !== null && count.consumedPoints >= perMinute && count.msBeforeNext > 0 ? count.msBeforeNext : undefined;
    },
  };
}
