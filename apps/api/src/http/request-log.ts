import { randomUUID } from 'node:crypto';
import { withLogContext } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { AuthEnv } from '../auth/guards.ts';
import { setEarly } from './early-header.ts';

/** A client's own id is used when it is no more than an id. */
const acceptable = /^[\w-]{1,64}$/;

/** Gives each request its id: in the answer (`X-Request-Id`) and in every log line that is written on the way to it. */
export const identifyRequests = createMiddleware<AuthEnv>(async (c, next) => {
  const given = c.req.header('x-request-id') ?? '';
  const requestId = acceptable.test(given) ? given : randomUUID();
  setEarly(c, 'X-Request-Id', requestId);
  await withLogContext({ requestId }, next);
});

/**
 * One line per request: what was asked for, by which role, what came of it and how long it took. The route's pattern in place of its
 * path, and neither query nor address: nothing in it leads to a person.
 * A refused change is a warning with its error code, a failure of ours an error; a reading that went well is told at the level debug.
 */
export function logRequests(logger: Logger) {
  return createMiddleware<AuthEnv>(async (c, next) => {
    const start = performance.now();
    await next();
    const { method } = c.req;
    const { status } = c.res;
    const isReading = readingMethods.has(method);
    // What is read all the time and goes well is counted (metrics), and not told: a line costs as much as the answer.
    if (status < 400 && isReading && !logger.isLevelEnabled('debug')) return;
    const line = {
      method,
      route: routeOf(c),
      status,
      durationMs: Math.round((performance.now() - start) * 10) / 10,
      role: c.get('principal')?.role,
      errorCode: c.get('errorCode'),
    };
    if (status >= 500) logger.error(line, 'request failed');
    else if (status >= 400 && !isReading) logger.warn(line, 'request refused');
    else if (status < 400 && isReading) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
}

/** The pattern of the route that answered; `none` when there is none. */
export function routeOf(c: Context): string {
  return matchedRoutes(c).findLast((route) => route.method !== 'ALL')?.path ?? 'none';
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
