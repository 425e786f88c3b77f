import { hourlyChangeLimit } from '@mood/domain';
import { secondsUntil } from '../http/errors.ts';

const windowSeconds = 3_600;

/** The fields of draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders(remaining: number, resetTime: Date, now: Date): Record<string, string> {
  return {
    'RateLimit-Policy': `"mood-changes";q=${hourlyChangeLimit};w=${windowSeconds}`,
    RateLimit: `"mood-changes";r=${remaining};t=${secondsUntil(resetTime, now)}`,
  };
}
