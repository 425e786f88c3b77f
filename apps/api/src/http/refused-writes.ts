import { DomainError } from '@mood/domain';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { createMemoryLimit } from './request-limit.ts';
import type { RequestLimit } from './request-limit.ts';

/** Services speak for many users: they may be refused this many times as often. */
const serviceFactor = 10;
/** What the caller sent was wrong: that is what the limit counts. */
const refusals = new Set([400, 413, 415]);

/** Somebody has sent so much in a minute that was refused that nothing more is looked at before it is over. */
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

/** Writes that may be refused in a minute, by who sends them. */
export interface RefusalLimits {
  principals: RequestLimit;
  services: RequestLimit;
}

export const createRefusalLimits = (perMinute: number): RefusalLimits => ({
  principals: createMemoryLimit(perMinute),
  services: createMemoryLimit(perMinute * serviceFactor),
});

/**
 * Bounds what somebody can have checked and refused: checking a text costs more than all else that is done for a request. Stands behind the
 * reading of the body, so that requests that come at once are each counted before the next is looked at. @throws TooManyRefusals.
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
