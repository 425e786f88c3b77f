import type { TokenSource } from './mood-api.ts';

/** @returns the URL without a slash at its end. @throws TypeError when no request could be sent there. */
export function checkedUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isUsable =
    url !== undefined && /^https?:$/.test(url.protocol) && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  // Not quoted: there may be a password in it.
  if (!isUsable) throw new TypeError('baseUrl is no http:// or https:// URL without user, query and fragment');
  return baseUrl.replace(/\/+$/, '');
}

/** What RFC 6750 lets a bearer token consist of. */
const bearer = /^[\w.~+/-]+=*$/;

/**
 * A token that can never work shows when the client is made, not as an outage later. What a function gives is looked at when it is asked.
 * @throws TypeError, without the token.
 */
export function checkedToken(token: TokenSource, scope: string): TokenSource {
  if (typeof token === 'function') return token;
  const wanted = `give a service token with the scope ${scope}, or a function that makes one`;
  if (typeof token !== 'string' || token.trim() === '') throw new TypeError(`token is empty: ${wanted}`);
  if (!bearer.test(token)) throw new TypeError(`token holds what no bearer token can hold, a blank or a line break for example: ${wanted}`);
  return token;
}

/** @throws TypeError for what lies outside, and for what is no number. */
export function checkedNumber(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new TypeError(`${name} is ${value}: expected ${least} to ${most}`);
  return value;
}
