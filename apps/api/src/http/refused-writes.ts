import { DomainError } from '@mood/domain';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { createMemoryLimit } from './request-limit.ts';
import type { RequestLimit } from './request-limit.ts';

/** A service acts for many users: it may have this many times as many refusals. */
const serviceFactor = 10;
/** The statuses that count as refusals: the caller's input was wrong. */
const refusals = new Set([400, 413, 415]);

/** The caller had too many requests refused in the last minute; further ones are refused without being checked until it is over. */
export class TooManyRefusals extends DomainError {
  override readonly name = 'TooManyRefusals';
  readonly resetTime: Date;

  constructor(resetTime: Date) {
    super(
      'RATE_LIMIT_EXCEEDED',
      `Too many of your requests were refused. Correct what they were refused for, and send again from ${resetTime.toISOString()} on.`,
    );
    this.resetTime = resetTime;
  }
}

/** Limits of refused writes per minute, by kind of caller. */
export interface RefusalLimits {
  principals: RequestLimit;
  services: RequestLimit;
}

export const createRefusalLimits = (perMinute: number): RefusalLimits => ({
  principals: createMemoryLimit(perMinute),
  services: createMemoryLimit(perMinute * serviceFactor),
});

/**
 * Limits how many refused requests a caller can cause: checking a text against the content policy is the most expensive part of a request.
 * Has to run after the body was read, so that of concurrent requests each is counted before the next is checked.
 * @throws TooManyRefusals.
 */
export function boundRefusals(limits: RefusalLimits) {
  return createMiddleware<AuthEnv>(async (c, next) => {
    const { role, subject } = c.get('principal');
    const limit = role === 'service' ? limits.services : limits.principals;
    const key = `${role} ${subject}`;
    const waitMs = await limit.wouldRefuse(key);
    if (waitMs !== undefined) throw new TooManyRefusals(new Date(Date.now() + waitMs));
    await next();
    const isRefused = refusals.has(c.res.status) || c.get('errorCode') === 'TERMS_NOT_ACCEPTED' || c.get('refusedContent') === true;
    if (isRefused) await limit.take(key);
  });
}
