import { createMiddleware } from 'hono/factory';
import { NotPermitted } from '../../auth/errors.ts';
import type { AuthEnv } from '../../auth/guards.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isReading = (method: string): boolean => reading.has(method);

/**
 * Refuses changes that another site had a browser ask for. Browsers say where a request comes from in `Sec-Fetch-Site`, and over plain
 * HTTP at least in `Origin`. Whoever shows an Authorization header is no browser with our cookie.
 */
export const requireSameOrigin = createMiddleware<AuthEnv>(async (c, next) => {
  const { req } = c;
  const asksFromHere = isReading(req.method) || req.header('authorization') !== undefined;
  if (!asksFromHere && !isSameOrigin(req.header('sec-fetch-site'), req.header('origin'), req.header('host'))) {
    throw new NotPermitted('A change has to be asked for on the page itself.');
  }
  await next();
});

function isSameOrigin(site: string | undefined, origin: string | undefined, host: string | undefined): boolean {
  if (site !== undefined) return site === 'same-origin';
  return origin !== undefined && URL.parse(origin)?.host === host;
}
