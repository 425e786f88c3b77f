import { createLineBudget } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { RequestWatcher } from './frame.ts';

/**
 * Logs a line per request: what was asked for, by which role, the result and the duration. It has the route's pattern instead of the path,
 * and neither query nor address, so that nothing in it leads to a person. A 401 has its reason in fixed words, never the token. A refused
 * change is a warning with its error code, a fault of ours an error; a successful reading is logged at the level debug. Lines about refused
 * and failed requests are limited per minute and kind, and the rest counted in one line, so that callers cannot fill the log.
 */
export function createRequestLog(logger: Logger): RequestWatcher {
  const mayWrite = createLineBudget((kinds, count) => logger.warn({ count, kinds }, 'more requests were refused or failed in this minute'));
  return (c, milliseconds) => {
    const { method } = c.req;
    const { status } = c.res;
    const isReading = readingMethods.has(method);
    // Successful readings appear in the metrics instead: a log line costs as much as the answer.
    if (status < 400 && isReading && !logger.isLevelEnabled('debug')) return;
    const line = {
      method,
      route: routeOf(c),
      status,
      durationMs: Math.round(milliseconds * 10) / 10,
      role: c.get('principal')?.role,
      errorCode: c.get('errorCode'),
      reason: c.get('authFailureDetail') ?? c.get('authFailure'),
    };
    const kind = [line.role ?? 'nobody', status, line.errorCode, line.reason].filter((part) => part !== undefined).join(' ');
    if (status >= 400 && !mayWrite(kind)) logger.debug(line, 'request');
    else if (status >= 500) logger.error(line, 'request failed');
    else if (status >= 400 && !isReading) logger.warn(line, 'request refused');
    else if (status < 400 && isReading) logger.debug(line, 'request');
    else logger.info(line, 'request');
  };
}

/** The pattern of the route that answered; `none` when there is none. */
export function routeOf(c: Context): string {
  return matchedRoutes(c).findLast((route) => route.method !== 'ALL')?.path ?? 'none';
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
