import { DomainError } from '@mood/domain';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { decodeJwt } from 'jose';
import { NotAuthenticated } from '../../auth/errors.ts';

const name = 'mood_ops';
const path = '/ops';
const maxSeconds = 8 * 3_600;
/** Browsers drop a cookie whose name and value are longer than 4,096 bytes. */
const maxTokenLength = 4_000;

/**
 * Lets the browser show this token from now on, to what is under /ops only: out of reach for scripts, and never on a request of another
 * site. For eight hours, or until the token expires.
 * @param token one that the authenticator has accepted.
 * @param overTls whether the API itself speaks HTTPS; a proxy in front of it, or the browser, says so in the request.
 */
export function keepSession(c: Context, token: string, overTls: boolean): void {
  if (token.length > maxTokenLength) {
    throw new DomainError('INVALID_REQUEST', `A browser keeps tokens of up to ${maxTokenLength} characters. This one has ${token.length}.`);
  }
  const secondsLeft = Math.floor((decodeJwt(token).exp ?? 0) - Date.now() / 1_000);
  setCookie(c, name, token, {
    path,
    httpOnly: true,
    sameSite: 'Strict',
    secure: overTls || cameOverTls(c),
    maxAge: Math.max(0, Math.min(maxSeconds, secondsLeft)),
  });
}

/** Believed of anybody: whoever lies gets a cookie that is of less use to himself. */
function cameOverTls(c: Context): boolean {
  const proto = c.req.header('x-forwarded-proto')?.split(',')[0]?.trim();
  return proto === 'https' || (c.req.header('origin') ?? '').startsWith('https:');
}

export const endSession = (c: Context): void => void deleteCookie(c, name, { path });

/**
 * Who is asking, in the form of an Authorization header: that header, or else the cookie.
 * @throws NotAuthenticated when there is neither.
 */
export function readSession(c: Context): string {
  const token = getCookie(c, name);
  const shown = c.req.header('authorization') ?? (token === undefined ? undefined : `Bearer ${token}`);
  if (shown === undefined) throw new NotAuthenticated('missing', 'You are not signed in. Sign in at /ops/login.');
  return shown;
}
