import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { KeyList } from '@mood/runtime';
import { Hono } from 'hono';
import { z } from 'zod';
import { tellTls } from './over-tls.ts';
import { createSealedCookie } from './sealed-cookie.ts';

const key = (id: string) => ({ id, secret: randomBytes(32) });
const [first, second] = [key('k1'), key('k2')];
const inAnHour = () => new Date(Date.now() + 3_600_000);

interface Setup {
  keys?: KeyList;
  overTls?: boolean;
  publicUrl?: string;
  name?: string;
  words?: string;
  expiresAt?: Date;
}

/** An app that seals words, shows them, and forgets them. */
function appOf({ keys = [first], overTls = false, publicUrl, name = 'mood', words = 'hello', expiresAt = inAnHour() }: Setup = {}) {
  const schema = z.object({ words: z.string() });
  const cookie = createSealedCookie({ name, keys, schema }, tellTls({ overTls, publicUrl }));
  return new Hono()
    .get('/write', async (c) => {
      await cookie.write(c, { words }, expiresAt);
      return c.body(null, 204);
    })
    .get('/read', async (c) => c.text((await cookie.read(c))?.words ?? 'nothing'))
    .get('/remove', (c) => {
      cookie.remove(c);
      return c.body(null, 204);
    })
    .onError((error, c) => c.text(error.message, 400));
}

async function sealed(setup: Setup = {}, headers: Record<string, string> = {}) {
  const answer = await appOf(setup).request('/write', { headers });
  const [pair = '', ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
  return { pair, attributes, text: await answer.text() };
}
const read = async (cookie: string, setup: Setup = {}, headers: Record<string, string> = {}) =>
  (await appOf(setup).request('/read', { headers: { cookie, ...headers } })).text();
const asHostOnly = (pair: string) => `__Host-${pair}`;

test('a sealed cookie is out of reach for scripts and for what other sites embed, and shows nothing of what is in it', async () => {
  const { pair, attributes } = await sealed();
  expect(pair).toMatch(/^mood=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(Buffer.from(pair, 'base64url').toString('latin1')).not.toContain('hello');
  expect(attributes.toSorted()).toEqual(['HttpOnly', expect.stringMatching(/^Max-Age=(3599|3600)$/), 'Path=/', 'SameSite=Lax']);
  expect(await read(pair)).toBe('hello');
});

describe('over TLS', () => {
  test.each<[string, Setup, Record<string, string>, boolean]>([
    ['the API speaks HTTPS', { overTls: true }, {}, true],
    ['its public address says so', { publicUrl: 'https://moods.example' }, {}, true],
    ['a proxy says so', {}, { 'x-forwarded-proto': 'https' }, true],
    ['the nearest of several proxies to the browser does', {}, { 'x-forwarded-proto': 'https, http' }, true],
    ['nobody speaks HTTPS', { publicUrl: 'http://moods.example' }, { 'x-forwarded-proto': 'http', origin: 'https://x.example' }, false],
  ])('the cookie is for this host alone, and Secure: %s', async (_, setup, headers, secure) => {
    const { pair, attributes } = await sealed(setup, headers);
    expect([pair.startsWith('__Host-mood='), attributes.includes('Secure')]).toEqual([secure, secure]);
    // The prefix wants all paths, and no domain.
    expect(attributes.filter((one) => /^(path|domain)=/i.test(one))).toEqual(['Path=/']);
  });

  test('only the cookie with the prefix counts', async () => {
    const { pair } = await sealed();
    const other = (await sealed({ words: 'other' })).pair;
    expect(await read(asHostOnly(pair), { overTls: true })).toBe('hello');
    expect(await read(pair, { overTls: true })).toBe('nothing');
    expect(await read(`${other}; ${asHostOnly(pair)}`, { overTls: true })).toBe('hello');
    expect(await read(pair, {}, { 'x-forwarded-proto': 'https' })).toBe('nothing');
    expect(await read(asHostOnly(pair))).toBe('hello');
    for (const name of ['__host-', '__Secure-', 'x']) expect(await read(`${name}${pair}`)).toBe('nothing');
  });
});

test('keys rotate: the first seals, all of them open, and what a key sealed ends with it', async () => {
  const [before, after] = [await sealed({ keys: [first] }), await sealed({ keys: [second, first] })];
  expect(await read(before.pair, { keys: [second, first] })).toBe('hello');
  expect(await read(after.pair, { keys: [second] })).toBe('hello');
  expect(await read(after.pair, { keys: [first] })).toBe('nothing');
  expect(await read(before.pair, { keys: [second] })).toBe('nothing');
  // The same name with another secret.
  expect(await read(before.pair, { keys: [{ ...second, id: first.id }] })).toBe('nothing');
});

test('what is too old, tampered with, of another kind or made up is nothing', async () => {
  const { pair } = await sealed();
  expect(await read((await sealed({ expiresAt: new Date(Date.now() - 1_000) })).pair)).toBe('nothing');
  expect(await read((await sealed({ name: 'mood_sign_in' })).pair.replace('mood_sign_in=', 'mood='))).toBe('nothing');
  const parts = pair.slice('mood='.length).split('.');
  for (const at of [0, 2, 3, 4]) {
    const bytes = Buffer.from(parts[at] ?? '', 'base64url');
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    const changed = parts.map((part, index) => (index === at ? bytes.toString('base64url') : part));
    expect([at, await read(`mood=${changed.join('.')}`)]).toEqual([at, 'nothing']);
  }
  for (const text of ['', 'x', 'a.b.c', '....', 'e30.e30.', '"quoted"', 'x'.repeat(5_000)])
    expect(await read(`mood=${text}`)).toBe('nothing');
});

test('what no browser would keep is refused in words', async () => {
  const { pair, text } = await sealed({ words: 'x'.repeat(3_100) });
  expect(pair).toBe('');
  expect(text).toMatch(/^Browsers keep cookies of up to 4096 bytes; this session would need 4\d{3}\. The platform's tokens are too long/);
});

test('the browser forgets it under every name that it has', async () => {
  const remove = (cookie: string) => appOf().request('/remove', { headers: { cookie } });
  expect((await remove('mood=a; __Host-mood=b')).headers.getSetCookie()).toEqual([
    'mood=; Max-Age=0; Path=/',
    '__Host-mood=; Max-Age=0; Path=/; Secure',
  ]);
  expect((await remove('other=1')).headers.getSetCookie()).toEqual([]);
});
