import { DomainError } from '@mood/domain';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { decodeJwt } from 'jose';
import { NotAuthenticated } from '../../auth/errors.ts';

/** Over plain HTTP. */
const plain = { name: 'mood_ops', path: '/ops', secure: false };
/**
 * Over TLS. Browsers take a name with this prefix only from this very host, over TLS, and for all paths: no neighbour under the same domain,
 * and nobody on the network, can put another in its place.
 */
const hostOnly = { name: '__Host-mood_ops', path: '/', secure: true };
const maxSeconds = 8 * 3_600;
/** Browsers drop a cookie whose name and value are longer than 4,096 bytes. */
const maxTokenLength = 4_000;

/**
 * Lets the browser show this token from now on: out of reach for scripts, and never on a request of another site. For eight hours, or until
 * the token expires.
 * @param token one that the authenticator has accepted.
 * @param overTls whether the API itself speaks HTTPS; a proxy in front of it, or the browser, says so in the request.
 */
export function keepSession(c: Context, token: string, overTls: boolean): void {
  if (token.length > maxTokenLength) {
    throw new DomainError('INVALID_REQUEST', `A browser keeps tokens of up to ${maxTokenLength} characters. This one has ${token.length}.`);
  }
  const secondsLeft = Math.floor((decodeJwt(token).exp ?? 0) - Date.now() / 1_000);
  const { name, path, secure } = overTls || cameOverTls(c) || pageCameOverTls(c) ? hostOnly : plain;
  setCookie(c, name, token, {
    path,
    secure,
    httpOnly: true,
    sameSite: 'Strict',
    maxAge: Math.max(0, Math.min(maxSeconds, secondsLeft)),
  });
}

/** What a proxy says, believed of anybody: whoever lies gets a cookie that is of less use to himself. */
const cameOverTls = (c: Context): boolean => c.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
/** What a browser says about the page with the form, where the proxy says nothing. */
const pageCameOverTls = (c: Context): boolean => (c.req.header('origin') ?? '').startsWith('https:');

/** Has the browser forget the token. */
export function endSession(c: Context): void {
  for (const { name, path, secure } of [plain, hostOnly]) {
    if (name === plain.name || getCookie(c, name) !== undefined) deleteCookie(c, name, { path, secure });
  }
}

/** Whether a cookie of ours is there, whatever it holds. */
export const showsSession = (c: Context): boolean => [plain, hostOnly].some(({ name }) => getCookie(c, name) !== undefined);

/**
 * Who is asking, in the form of an Authorization header: that header, or else the cookie. Over TLS a cookie without the prefix counts for
 * nothing: anybody on the network may have set it.
 * @throws NotAuthenticated when there is neither.
 */
export function readSession(c: Context, overTls: boolean): string {
  const token = getCookie(c, hostOnly.name) ?? (overTls || cameOverTls(c) ? undefined : getCookie(c, plain.name));
  const shown = c.req.header('authorization') ?? (token === undefined ? undefined : `Bearer ${token}`);
  if (shown === undefined) throw new NotAuthenticated('missing', 'You are not signed in. Sign in at /ops/login.');
  return shown;
}
