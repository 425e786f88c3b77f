import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Hono } from 'hono';
import { UnsecuredJWT } from 'jose';
import { endSession, keepSession, readSession } from './session-cookie.ts';

const now = new Date('2026-03-01T12:00:00Z');
const hour = 3_600;
beforeEach(() => void jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

/** The authenticator has checked it before: only its times are looked at here. */
const tokenFor = (seconds: number, more: object = {}) =>
  new UnsecuredJWT({ ...more }).setExpirationTime(now.getTime() / 1_000 + seconds).encode();

async function cookieFor(token: string, { overTls = false, headers = {} }: { overTls?: boolean; headers?: Record<string, string> } = {}) {
  const app = new Hono().post('/ops/login', (c) => {
    keepSession(c, token, overTls);
    return c.body(null, 204);
  });
  app.onError((error, c) => c.text(error.message, 400));
  const answer = await app.request('/ops/login', { method: 'POST', headers });
  const [pair = '', ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
  return { pair, attributes, status: answer.status, text: await answer.text() };
}

describe('the cookie of a session', () => {
  test('holds the token for what is under /ops, out of reach for scripts and other sites', async () => {
    const token = tokenFor(hour);
    const { pair, attributes } = await cookieFor(token);
    expect(pair).toBe(`mood_ops=${token}`);
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=3600', 'Path=/ops', 'SameSite=Strict']);
  });

  test.each([
    [hour, 3_600],
    [8 * hour, 28_800],
    [30 * 24 * hour, 28_800],
    [-10, 0],
  ])('of a token that is valid for another %d s is kept for %d s', async (seconds, kept) => {
    expect((await cookieFor(tokenFor(seconds))).attributes).toContain(`Max-Age=${kept}`);
  });

  test.each<[string, boolean, Record<string, string>, boolean]>([
    ['the API speaks HTTPS', true, {}, true],
    ['a proxy says that it does', false, { 'x-forwarded-proto': 'https' }, true],
    ['the nearest of several proxies to the browser does', false, { 'x-forwarded-proto': 'https, http' }, true],
    ['the page came over HTTPS', false, { origin: 'https://ops.example' }, true],
    ['nobody speaks HTTPS', false, { 'x-forwarded-proto': 'http', origin: 'http://localhost:3000' }, false],
  ])('is marked as secure or not, as it came: %s', async (_, overTls, headers, secure) => {
    const token = tokenFor(hour);
    const { pair, attributes } = await cookieFor(token, { overTls, headers });
    expect(attributes.includes('Secure')).toBe(secure);
    // The prefix wants all paths, and no domain.
    expect(pair).toBe(`${secure ? '__Host-' : ''}mood_ops=${token}`);
    expect(attributes.filter((one) => /^(path|domain)=/i.test(one))).toEqual([secure ? 'Path=/' : 'Path=/ops']);
  });

  test('that no browser would keep is refused in words', async () => {
    const { pair, status, text } = await cookieFor(tokenFor(hour, { padding: 'x'.repeat(4_000) }));
    expect([pair, status]).toEqual(['', 400]);
    expect(text).toMatch(/^A browser keeps tokens of up to 4000 characters\. This one has \d{4}\.$/);
  });
});

describe('whoever asks', () => {
  const app = new Hono()
    .get('/ops/who', (c) => c.text(readSession(c, false)))
    .get('/ops/who-over-tls', (c) => c.text(readSession(c, true)))
    .get('/ops/end', (c) => {
      endSession(c);
      return c.body(null, 204);
    })
    .onError((error, c) => c.text(error.message, 401));
  const who = async (headers: Record<string, string>) => (await app.request('/ops/who', { headers })).text();

  test('is read from the cookie, or from a header, which alone decides when there is one', async () => {
    expect(await who({ cookie: 'other=1; mood_ops=a.b.c' })).toBe('Bearer a.b.c');
    expect(await who({ authorization: 'Bearer d.e.f' })).toBe('Bearer d.e.f');
    expect(await who({ cookie: 'mood_ops=a.b.c', authorization: 'Bearer d.e.f' })).toBe('Bearer d.e.f');
    expect(await who({ cookie: 'other=1' })).toBe('You are not signed in. Sign in at /ops/login.');
  });

  test.each<[string, string, Record<string, string>, string | undefined]>([
    ['the prefix, by TLS of our own', '/ops/who-over-tls', { cookie: '__Host-mood_ops=a.b.c' }, 'a.b.c'],
    ['no prefix, by TLS of our own', '/ops/who-over-tls', { cookie: 'mood_ops=a.b.c' }, undefined],
    ['both, by TLS of our own', '/ops/who-over-tls', { cookie: 'mood_ops=a.b.c; __Host-mood_ops=d.e.f' }, 'd.e.f'],
    ['the prefix, by TLS of a proxy', '/ops/who', { cookie: '__Host-mood_ops=a.b.c', 'x-forwarded-proto': 'https' }, 'a.b.c'],
    ['no prefix, by TLS of a proxy', '/ops/who', { cookie: 'mood_ops=a.b.c', 'x-forwarded-proto': 'https' }, undefined],
    ['no prefix, whatever another site says', '/ops/who', { cookie: 'mood_ops=a.b.c', origin: 'https://evil.example' }, 'a.b.c'],
    ['the prefix, by a proxy that does not say', '/ops/who', { cookie: '__Host-mood_ops=a.b.c' }, 'a.b.c'],
    ['a name that only begins like it', '/ops/who', { cookie: '__Host-mood_ops2=a.b.c; xmood_ops=a' }, undefined],
    ['a prefix in small letters', '/ops/who', { cookie: '__host-mood_ops=a.b.c' }, undefined],
    ['another prefix', '/ops/who', { cookie: '__Secure-mood_ops=a.b.c' }, undefined],
  ])('is read from a cookie with %s, or not', async (_, path, headers, token) => {
    const text = await (await app.request(path, { headers })).text();
    expect(text).toBe(token === undefined ? 'You are not signed in. Sign in at /ops/login.' : `Bearer ${token}`);
  });

  test('is forgotten by the browser at the end, under every name that it has', async () => {
    const answer = await app.request('/ops/end', { headers: { cookie: '__Host-mood_ops=a.b.c' } });
    expect(answer.headers.getSetCookie()).toEqual(['mood_ops=; Max-Age=0; Path=/ops', '__Host-mood_ops=; Max-Age=0; Path=/; Secure']);
  });

  test('is forgotten by the browser at the end', async () => {
    const answer = await app.request('/ops/end');
    expect(answer.headers.get('set-cookie')).toBe('mood_ops=; Max-Age=0; Path=/ops');
  });
});
