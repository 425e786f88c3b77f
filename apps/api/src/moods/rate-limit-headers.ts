import { hourlyChangeLimit } from '@mood/domain';
import { secondsUntil } from '../http/errors.ts';

const windowSeconds = 3_600;

/**
 * The header fields of draft-ietf-httpapi-ratelimit-headers. `now` is the database's time as this process estimates it, which can lag by a
 * millisecond: the remaining time is capped at the length of the window.
 */
export function rateLimitHeaders(remaining: number, resetTime: Date, now: Date): Record<string, string> {
  return {
    'RateLimit-Policy': `"mood-changes";q=${hourlyChangeLimit};w=${windowSeconds}`,
    RateLimit: `"mood-changes";r=${remaining};t=${Math.min(windowSeconds, secondsUntil(resetTime, now))}`,
  };
}
