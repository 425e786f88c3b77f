import { DomainError } from '@mood/domain';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { decodeJwt } from 'jose';
import { NotAuthenticated } from '../../auth/errors.ts';

/** The cookie over plain HTTP. */
const plain = { name: 'mood_ops', path: '/ops', secure: false };
/**
 * The cookie over TLS. Browsers accept a name with this prefix only from this very host, over TLS, and for all paths, so that neither a
 * sibling domain nor an attacker on the network can replace it.
 */
const hostOnly = { name: '__Host-mood_ops', path: '/', secure: true };
const maxSeconds = 8 * 3_600;
/** Browsers drop a cookie whose name and value are longer than 4,096 bytes. */
const maxTokenLength = 4_000;

/**
 * Stores the token in a cookie that scripts cannot read and that is never sent cross-site, for eight hours or until the token expires.
 * @param token one that the authenticator has accepted.
 * @param overTls whether the API itself speaks HTTPS; otherwise the headers of a proxy or of the browser tell.
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

/** The proxy's word, trusted from anybody: a client that forges it only gets a cookie that its own browser uses less. */
const cameOverTls = (c: Context): boolean => c.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
/** The scheme of the page with the form, for proxies that do not send the header above. */
const pageCameOverTls = (c: Context): boolean => (c.req.header('origin') ?? '').startsWith('https:');

/** Deletes the cookies. */
export function endSession(c: Context): void {
  for (const { name, path, secure } of [plain, hostOnly]) {
    if (name === plain.name || getCookie(c, name) !== undefined) deleteCookie(c, name, { path, secure });
  }
}

/** Whether the request has a session cookie, valid or not. */
export const showsSession = (c: Context): boolean => [plain, hostOnly].some(({ name }) => getCookie(c, name) !== undefined);

/**
 * The credentials in the form of an Authorization header: that header, or else the cookie. Over TLS a cookie without the prefix is ignored:
 * an attacker on the network may have set it.
 * @throws NotAuthenticated when there is neither.
 */
export function readSession(c: Context, overTls: boolean): string {
  const token = getCookie(c, hostOnly.name) ?? (overTls || cameOverTls(c) ? undefined : getCookie(c, plain.name));
  const shown = c.req.header('authorization') ?? (token === undefined ? undefined : `Bearer ${token}`);
  if (shown === undefined) throw new NotAuthenticated('missing', 'You are not signed in. Sign in at /ops/login.');
  return shown;
}
