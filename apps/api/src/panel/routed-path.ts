import type { Context } from 'hono';
import { getPath } from 'hono/utils/url';

const panelCalls = '/panel/api/';
const dataCalls = `${panelCalls}v1/`;
const byPanel = new WeakSet<Request>();

/**
 * The path by which a route is found: what the panel asks for under `/panel/api/v1` is answered by the same routes as `/api/v1`. The guards
 * ask `cameByPanel`, and take the session in place of a token.
 */
export function routedPath(request: Request): string {
  const path = getPath(request);
  if (!path.startsWith(panelCalls)) return path;
  byPanel.add(request);
  return path.startsWith(dataCalls) ? path.slice('/panel'.length) : path;
}

/** Whether a page of the panel asks, with the cookie of its session, and no token of its own. */
export const cameByPanel = (c: Context): boolean => byPanel.has(c.req.raw);
