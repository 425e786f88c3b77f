import { createMiddleware } from 'hono/factory';
import { TooManyRequests } from './too-many-requests.ts';

/**
 * Lets one request of a process through at a time, and refuses others before their body is read.
 * @param what is under way, as a sentence. @param waitMs until a refused caller may try again.
 */
export function oneAtATime(what: string, waitMs: number) {
  let isBusy = false;
  return createMiddleware(async (_c, next) => {
    if (isBusy) throw new TooManyRequests(waitMs, what);
    isBusy = true;
    try {
      await next();
    } finally {
      isBusy = false;
    }
  });
}
