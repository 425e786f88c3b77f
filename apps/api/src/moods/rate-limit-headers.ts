import { hourlyChangeLimit } from '@mood/domain';
import { secondsUntil } from '../http/errors.ts';

const windowSeconds = 3_600;

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers. `now` is the database's time as this process knows it, which may be a millisecond behind:
 * nothing is further away than the window is long.
 */
export function rateLimitHeaders(remaining: number, resetTime: Date, now: Date): Record<string, string> {
  return {
    'RateLimit-Policy': `"mood-changes";q=${hourlyChangeLimit};w=${windowSeconds}`,
    RateLimit: `"mood-changes";r=${remaining};t=${Math.min(windowSeconds, secondsUntil(resetTime, now))}`,
  };
}
