import type { Context } from 'hono';
import { NotPermitted } from '../auth/errors.ts';

const reading = new Set(['GET', 'HEAD']);

/**
 * Refuses what another site makes a browser ask for with the session of this one (CSRF). Browsers name the origin of each request in
 * `Sec-Fetch-Site`, which no page can set. A change needs it, and has to come from our own pages; a reading may also be typed into the
 * address bar, or come from a browser that does not say.
 * @throws NotPermitted.
 */
export function refuseOtherSites(c: Context): void {
  const site = c.req.header('sec-fetch-site');
  if (site === 'same-origin') return;
  if (reading.has(c.req.method) && (site === undefined || site === 'none')) return;
  throw new NotPermitted('This has to be asked for on a page of the panel itself.');
}
