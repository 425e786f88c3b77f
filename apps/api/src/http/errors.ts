import { DependencyUnavailable, DomainError, MoodHeld, RateLimitExceeded, TookTooLong } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import { createLineBudget } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { NotAuthenticated, NotPermitted } from '../auth/errors.ts';
import type { AuthEnv } from '../auth/guards.ts';
import type { FindMethods } from './allowed-methods.ts';
import { tooMuch } from './narrowable.ts';
import { TooManyRefusals } from './refused-writes.ts';
import { TooManyRequests } from './request-limit.ts';

/** The only mapping of error codes to HTTP statuses. */
const statusOf: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  INVALID_MOOD_STATE: 400,
  INVALID_CUSTOM_MESSAGE: 400,
  INVALID_RESPONSE_DELAY: 400,
  INVALID_EXPIRES_AT: 400,
  INVALID_TEMPLATE: 400,
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 403,
  TERMS_NOT_ACCEPTED: 403,
  FEATURE_DISABLED: 403,
  MODEL_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  EXPERIMENT_NOT_FOUND: 404,
  ALERT_NOT_FOUND: 404,
  TEMPLATE_RENDER_FAILED: 422,
  VERSION_CONFLICT: 409,
  IDEMPOTENCY_CONFLICT: 409,
  MOOD_HELD: 409,
  RATE_LIMIT_EXCEEDED: 429,
  TOO_MANY_REQUESTS: 429,
  SYSTEM_ERROR: 500,
};

/** Seconds after which a caller may try again when a dependency is down, unless the error says better. */
const retryAfterSeconds = 2;

/** Whole seconds until `time`, at least 1, so that a retry at that moment succeeds. */
export function secondsUntil(time: Date, now: Date): number {
  return Math.max(1, Math.ceil((time.getTime() - now.getTime()) / 1_000));
}

function answer(
  c: Context<AuthEnv>,
  status: ContentfulStatusCode,
  code: ErrorCode,
  message: string,
  more: Record<string, string> = {},
): Response {
  c.set('errorCode', code);
  return c.json({ error: code, message, ...more }, status);
}

/**
 * Turns any thrown value into an error answer of the closed set; never with a stack or SQL.
 * @param clock the database's time, for the times of rate limits.
 */
export function createErrorHandler(logger: Logger, clock: () => Date = () => new Date()) {
  const mayTell = createLineBudget((dependencies, count) =>
    logger.warn({ count, dependencies }, 'dependencies were unavailable more often'),
  );
  return (error: Error, c: Context<AuthEnv>): Response => {
    if (error instanceof NotAuthenticated) {
      c.set('authFailure', error.reason);
      c.set('authFailureDetail', error.detail);
      c.header('WWW-Authenticate', error.reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"');
      return answer(c, 401, 'UNAUTHORIZED', error.message);
    }
    if (error instanceof NotPermitted) return answer(c, 403, error.code, error.message);
    if (error instanceof TooManyRefusals) {
      // This limit is counted by the clock of the process.
      c.header('Retry-After', String(secondsUntil(error.resetTime, new Date())));
      return answer(c, 429, error.code, error.message, { resetTime: error.resetTime.toISOString() });
    }
    if (error instanceof RateLimitExceeded) {
      c.header('Retry-After', String(secondsUntil(error.resetTime, clock())));
      return answer(c, 429, error.code, error.message, { resetTime: error.resetTime.toISOString() });
    }
    if (error instanceof TooManyRequests) {
      c.header('Retry-After', String(error.retryAfterSeconds));
      return answer(c, 429, error.code, error.message);
    }
    if (error instanceof MoodHeld) {
      c.header('Retry-After', String(secondsUntil(error.heldUntil, clock())));
      return answer(c, 409, error.code, error.message, { heldUntil: error.heldUntil.toISOString() });
    }
    if (error instanceof TookTooLong && c.get('isNarrowable') === true) return answer(c, 422, 'INVALID_REQUEST', tooMuch);
    if (error instanceof DependencyUnavailable) {
      // Callers without a token can cause some of these (by asking for unknown keys too often), so their log lines are limited.
      if (mayTell(error.dependency)) logger.warn({ err: error }, 'dependency unavailable');
      c.header('Retry-After', String(error.retryAfterSeconds ?? retryAfterSeconds));
      return answer(c, 503, error.code, error.message);
    }
    if (error instanceof DomainError) return answer(c, statusOf[error.code], error.code, error.message);
    if (error instanceof HTTPException && error.status < 500) {
      if (error.status !== 415) return answer(c, 400, 'INVALID_REQUEST', 'The request body is not valid JSON.');
      const message = error.message.startsWith('Send ') ? error.message : 'Send the body as "Content-Type: application/json".';
      return answer(c, 415, 'INVALID_REQUEST', message);
    }
    logger.error({ err: error }, 'unexpected error');
    return answer(c, 500, 'SYSTEM_ERROR', 'Something went wrong on our side. Try again, and tell us the X-Request-Id if it stays.');
  };
}

/** For a path that no route has (404), or not for this method (405, with `Allow`). */
export function createNotFoundHandler(findMethods: FindMethods) {
  return (c: Context<AuthEnv>): Response => {
    const methods = findMethods(c.req.path);
    if (methods.length === 0) return answer(c, 404, 'INVALID_REQUEST', `There is no ${c.req.method} ${c.req.path}. See /docs.`);
    const allowed = methods.join(', ');
    c.header('Allow', allowed);
    return answer(c, 405, 'INVALID_REQUEST', `${c.req.path} is not answered for ${c.req.method}, but for ${allowed}.`);
  };
}

/** For a path that no route has. */
export const answerNotFound = createNotFoundHandler(() => []);
