import { getConnInfo } from '@hono/node-server/conninfo';
import type { RequestOrigin } from '@mood/domain';
import type { Context, NotFoundHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { findClient } from './client-address.ts';
import type { Client, TrustedProxies } from './client-address.ts';
import type { RequestLimits } from './request-limits.ts';
import { cameByPanel } from '../panel/routed-path.ts';
import { TooManyRequests } from './request-limit.ts';

/** Undefined when the app is called without a server, as in tests. */
function peerOf(c: Context): string | undefined {
  return c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address;
}

/** Longest cache key, in characters; longer `X-Forwarded-For` values are forged and not cached. */
const maxKeyLength = 200;

type AnonymousLimit = Pick<RequestLimits, 'anonymous'>;

/** Counts a request against the limit of unauthenticated requests, once. @throws TooManyRequests. */
async function countAnonymous(c: Context<AuthEnv>, { anonymous }: AnonymousLimit): Promise<void> {
  if (c.get('isAnonymous')) return;
  c.set('isAnonymous', true);
  const waitMs = await anonymous.take(c.get('client').limitKey);
  if (waitMs !== undefined) throw new TooManyRequests(waitMs);
}

/** For unknown paths: no guard runs there, so they count as unauthenticated whatever token is sent. */
export function countingAnonymous(limits: AnonymousLimit, answer: NotFoundHandler<AuthEnv>): NotFoundHandler<AuthEnv> {
  return async (c) => {
    await countAnonymous(c, limits);
    return answer(c);
  };
}

/** Paths that need no token. The probes are not listed: they are routed before the limits. */
const openToAnybody = /^\/(?:$|favicon\.ico$|openapi\.json$|badge\.js$|docs(?:\/|$))/;

/** The pages that have sessions: the only paths where a cookie counts. Elsewhere anybody could send one to evade the limit. */
const withSession = /^\/(?:panel|ops\/queues)(?:\/|$)/;

/** Whether a request has a session, which has been opened: a made-up cookie is none. */
export type HasSession = (c: Context) => Promise<boolean>;

function isAnonymous(c: Context, hasSession: HasSession): boolean | Promise<boolean> {
  const { req } = c;
  // A token that is sent along counts for nothing there.
  if (cameByPanel(c)) return hasSession(c).then((has) => !has);
  if (openToAnybody.test(req.path)) return true;
  if (!withSession.test(req.path)) return req.header('authorization') === undefined;
  const isBoard = req.path.startsWith('/ops/');
  return isBoard && req.header('authorization') !== undefined ? false : hasSession(c).then((has) => !has);
}

/**
 * Finds the client address of each request, and refuses clients above their limits: one for all requests of an address, and a much lower
 * one for requests without a token or to paths that need none. Whether a token is valid is checked later by the guards, which count forged
 * ones.
 */
export function admitClients(trusted: TrustedProxies, limits: AnonymousLimit & Pick<RequestLimits, 'perAddress'>, hasSession: HasSession) {
  // Most requests come from clients, or through proxies, that were seen before.
  const known = new LRUCache<string, Client>(roomFor(10_000));
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
    const anonymous = isAnonymous(c, hasSession);
    if (anonymous === true || (anonymous !== false && (await anonymous))) await countAnonymous(c, limits);
    await next();
  });
}

const maxUserAgentLength = 512;

/** The origin of a request for the audit log: the client's address and its user agent. */
export function originOf(c: Context<AuthEnv>): RequestOrigin {
  return {
    ipAddress: c.get('client').ip ?? null,
    userAgent: c.req.header('user-agent')?.slice(0, maxUserAgentLength) ?? null,
  };
}
