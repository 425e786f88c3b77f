import { DomainError } from '@mood/domain';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** The caller is above its rate limit per minute. Not the limit of 50 mood changes an hour, which is `RateLimitExceeded`. */
export class TooManyRequests extends DomainError {
  override readonly name = 'TooManyRequests';
  /** Whole seconds until the caller may retry; at least 1. */
  readonly retryAfterSeconds: number;

  constructor(waitMs: number, what = 'Too many requests.') {
    const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
    super('TOO_MANY_REQUESTS', `${what} Try again in ${seconds} s.`);
    this.retryAfterSeconds = seconds;
  }
}

/** A limit per caller and minute. Whoever creates it decides where the counts are stored. */
export interface RequestLimit {
  /** Counts one, or as many as it is worth. @returns the milliseconds after which the caller may come again; undefined when this one is allowed. */
  take(key: string, worth?: number): Promise<number | undefined>;
  /** As `take`, and counts nothing: whether the next one would be refused. */
  wouldRefuse(key: string): Promise<number | undefined>;
}

const windowSeconds = 60;
/** How many callers are remembered, about 200 bytes each. Beyond that the least recently seen are forgotten. */
const maxKeys = 100_000;

const noLimit: RequestLimit = { take: async () => undefined, wouldRefuse: async () => undefined };

/** Counts in the memory of this process. @param perMinute 0: no limit. */
export function createMemoryLimit(perMinute: number, remembered = maxKeys): RequestLimit {
  if (perMinute === 0) return noLimit;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  const keys = new LRUCache<string, true>({
    ...roomFor(remembered),
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
