import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, NotFoundHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { LRUCache } from 'lru-cache';
import { findClient } from './client-address.ts';
import type { Client, TrustedProxies } from './client-address.ts';
import type { RequestLimits } from './request-limits.ts';
import { showsSession } from '../ops/board/session-cookie.ts';
import { TooManyRequests } from './too-many-requests.ts';

/** There is no connection where the app is called without a server. */
function peerOf(c: Context): string | undefined {
  return c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address;
}

/** Of what is remembered. Longer ones somebody has made up. */
const maxKeyLength = 200;

type AnonymousLimit = Pick<RequestLimits, 'anonymous'>;

/** Counts a request among those of nobody who is signed in, once. @throws TooManyRequests. */
async function countAnonymous(c: Context<AuthEnv>, { anonymous }: AnonymousLimit): Promise<void> {
  if (c.get('isAnonymous')) return;
  c.set('isAnonymous', true);
  const waitMs = await anonymous.take(c.get('client').limitKey);
  if (waitMs !== undefined) throw new TooManyRequests(waitMs);
}

/** For paths that are not there: whatever token is shown, nobody looks at it. */
export function countingAnonymous(limits: AnonymousLimit, answer: NotFoundHandler<AuthEnv>): NotFoundHandler<AuthEnv> {
  return async (c) => {
    await countAnonymous(c, limits);
    return answer(c);
  };
}

/** What needs no token, besides the probes, which do not come here. */
const openToAnybody = /^\/(?:$|favicon\.ico$|openapi\.json$|docs(?:\/|$)|ops\/(?:login|logout|sign-in\.css)$)/;

/** Where a cookie counts as a token. Elsewhere it says nothing, and anybody could send one. */
const board = /^\/ops\/queues(?:\/|$)/;

function isAnonymous(c: Context): boolean {
  const { req } = c;
  if (openToAnybody.test(req.path)) return true;
  if (req.header('authorization') !== undefined) return false;
  return !(board.test(req.path) && showsSession(c));
}

/**
 * Finds out where each request comes from, and refuses those that come too often: of an address, and, far sooner, those that show no
 * token or need none. Whether a token is good is the guards' affair, which count forged ones.
 */
export function admitClients(trusted: TrustedProxies, limits: AnonymousLimit & Pick<RequestLimits, 'perAddress'>) {
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
    const waitMs = await limits.perAddress.take(client.limitKey);
    if (waitMs !== undefined) throw new TooManyRequests(waitMs);
    if (isAnonymous(c)) await countAnonymous(c, limits);
    await next();
  });
}
