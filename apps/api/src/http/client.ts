import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { LRUCache } from 'lru-cache';
import { findClient } from './client-address.ts';
import type { Client, TrustedProxies } from './client-address.ts';
import type { RequestLimit } from './request-limit.ts';
import { TooManyRequests } from './too-many-requests.ts';

/** There is no connection where the app is called without a server. */
function peerOf(c: Context): string | undefined {
  return c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address;
}

/** Of what is remembered. Longer ones somebody has made up. */
const maxKeyLength = 200;

/** Finds out where each request comes from, and refuses those that come too often. */
export function admitClients(trusted: TrustedProxies, limit: RequestLimit) {
  // Most clients, and every proxy, come again and again.
  const known = new LRUCache<string, Client>({ max: 10_000 });
  function clientOf(c: Context): Client {
    const [peer, forwardedFor] = [peerOf(c), c.req.header('x-forwarded-for')];
    const key = `${peer ?? ''} ${forwardedFor ?? ''}`;
    if (key.length > maxKeyLength) return findClient(peer, forwardedFor, trusted);
    const client = known.get(key);
    if (client !== undefined) return client;
    const found = findClient(peer, forwardedFor, trusted);
    known.set(key, found);
    return found;
  }

  return createMiddleware<AuthEnv>(async (c, next) => {
    const client = clientOf(c);
    c.set('client', client);
    const waitMs = await limit.take(client.limitKey);
    if (waitMs !== undefined) throw new TooManyRequests(waitMs);
    await next();
  });
}
