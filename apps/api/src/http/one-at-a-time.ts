import { createMiddleware } from 'hono/factory';
import { TooManyRequests } from './request-limit.ts';

/**
 * Lets a process run one task of a kind at a time, and refuses others with 429.
 * @param what is under way, as a sentence.
 * @param waitMs until a refused caller may try again.
 */
export function oneAtATime(what: string, waitMs: number) {
  let isBusy = false;
  function refuseWhileBusy(): void {
    if (isBusy) throw new TooManyRequests(waitMs, what);
  }

  return {
    /** Refuses before the body is read. */
    early: createMiddleware(async (_c, next) => {
      refuseWhileBusy();
      await next();
    }),

    /** @throws TooManyRequests. */
    async run<T>(task: () => Promise<T>): Promise<T> {
      refuseWhileBusy();
      isBusy = true;
      try {
        return await task();
      } finally {
        isBusy = false;
      }
    },
  };
}
