import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';

/** What a caller is told whose question took the database longer than a statement may. */
export const tooMuch = 'That is too much to look through: narrow the time, or ask for less of it.';

/**
 * For reads whose caller decides how much is looked through: what the database gives up for taking too long is then a question to be narrowed
 * (422), and no outage (503).
 */
export const narrowable = createMiddleware<AuthEnv>(async (c, next) => {
  c.set('isNarrowable', true);
  await next();
});
