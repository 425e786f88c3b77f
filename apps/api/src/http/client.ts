import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { findClient } from './client-address.ts';
import type { TrustedProxies } from './client-address.ts';
import type { RequestLimit } from './request-limit.ts';
import { TooManyRequests } from './too-many-requests.ts';

/** There is no connection where the app is called without a server. */
function peerOf(c: Context): string | undefined {
  return c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address;
}

/** Finds out where each request comes from, and refuses those that come too often. */
export function admitClients(trusted: TrustedProxies, limit: RequestLimit) {
  return createMiddleware<AuthEnv>(async (c, next) => {
    const client = findClient(peerOf(c), c.req.header('x-forwarded-for'), trusted);
    c.set('client', client);
    const waitMs = await limit.take(client.limitKey);
    if (waitMs !== undefined) throw new TooManyRequests(waitMs);
    await next();
  });
}
