import { createMiddleware } from 'hono/factory';
import type { Access } from '../../auth/access.ts';
import { NotPermitted } from '../../auth/errors.ts';
import type { AuthEnv } from '../../auth/guards.ts';

/** Who may see the queue board. */
export const onlyAdministrators: Access = { roles: ['admin'], refusal: 'Only administrators can open the queue board.' };
/** Who may retry, promote, remove and pause on it. */
export const queueOperators: Access = { ...onlyAdministrators, scope: 'queues:write' };

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isReading = (method: string): boolean => reading.has(method);

/**
 * Refuses cross-site changes (CSRF). Browsers name the origin of a request in `Sec-Fetch-Site`, or, over plain HTTP, at least in `Origin`.
 * A request with an Authorization header does not rest on the cookie, so it passes.
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
