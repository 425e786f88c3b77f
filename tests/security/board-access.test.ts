import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const refusal = 'Only administrators can open the queue board.';

let stack: Stack;
let tokens: Map<string, string>;
beforeAll(async () => {
  stack = await startStack();
  tokens = new Map([
    ['user', await stack.platform.token('user')],
    ['model', (await stack.createModel()).token],
    ['admin', await stack.platform.token('admin')],
    ['service', await stack.platform.token('service')],
  ]);
  for (const scope of ['mood:render', 'auto-replies:write', 'audit:read']) {
    tokens.set(`service ${scope}`, await stack.platform.token('service', undefined, { scope }));
  }
});
afterAll(() => stack.stop());

const tokenOf = (caller: string) => tokens.get(caller) ?? '';
const withCookie = (token: string) => ({ cookie: `mood_ops=${token}` });
const fromThePage = { 'sec-fetch-site': 'same-origin' };

const call = (method: string, path: string, headers: Record<string, string> = {}, body: URLSearchParams | null = null) =>
  fetch(stack.api.url + path, { method, headers, body, redirect: 'manual' });

const signIn = (token: string, headers: Record<string, string> = fromThePage) =>
  call('POST', '/ops/login', headers, new URLSearchParams({ token }));

/** Sends a request line as it is: fetch would tidy the path. */
function sendRaw(line: string, headers: readonly string[] = []): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(stack.api.url);
  return new Promise((resolve, reject) => {
    let text = '';
    const more = headers.map((header) => `${header}\r\n`).join('');
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${line} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n${more}\r\n`);
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }));
    socket.on('error', reject);
  });
}

const pages = ['', '/', '/queue/analytics', '/queue/analytics/some-job', '/job-schedulers', '/static/favicon.ico', '/static/nothing.js'];
const reads = ['/api/queues', '/api/queues/analytics/some-job', '/api/job-schedulers', '/api/redis/stats', '/api/nothing'];
const changes = [
  ['PUT', '/api/queues/analytics/pause'],
  ['PUT', '/api/queues/pause'],
  ['PUT', '/api/queues/analytics/some-job/retry'],
  ['PUT', '/api/queues/analytics/retry/failed'],
  ['PUT', '/api/queues/analytics/clean/failed'],
  ['PUT', '/api/queues/analytics/obliterate'],
  ['POST', '/api/queues/analytics/add'],
  ['PATCH', '/api/queues/analytics/some-job/update-data'],
  ['POST', ''],
  ['DELETE', '/queue/analytics'],
] as const;

describe('the queue board', () => {
  test('sends nobody to the sign-in page, and answers nobody’s calls with 401', async () => {
    for (const page of pages) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await call(method, `/ops/queues${page}`);
        expect([method, page, answer.status, answer.headers.get('location')]).toEqual([method, page, 302, '/ops/login']);
      }
    }
    for (const [method, path] of [...reads.map((read) => ['GET', read] as const), ...changes]) {
      const answer = await call(method, `/ops/queues${path}`, fromThePage);
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(await answer.json()).toEqual({ error: 'UNAUTHORIZED', message: 'You are not signed in. Sign in at /ops/login.' });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('is closed to everybody but administrators, by cookie and by header, whatever is asked for', async () => {
    for (const caller of [...tokens.keys()].filter((name) => name !== 'admin')) {
      const ways = [withCookie(tokenOf(caller)), { authorization: `Bearer ${tokenOf(caller)}` }];
      for (const headers of ways) {
        for (const [method, path] of [...[...pages, ...reads].map((read) => ['GET', read] as const), ...changes]) {
          const answer = await call(method, `/ops/queues${path}`, { ...headers, ...fromThePage });
          expect([caller, method, path, answer.status]).toEqual([caller, method, path, 403]);
          expect(await answer.json()).toEqual({ error: 'UNAUTHORIZED', message: refusal });
        }
      }
    }
  });

  test('is open to an administrator, by cookie and by header', async () => {
    for (const headers of [withCookie(tokenOf('admin')), { authorization: `Bearer ${tokenOf('admin')}` }]) {
      expect((await call('GET', '/ops/queues', headers)).status).toBe(200);
      const queues = await call('GET', '/ops/queues/api/queues', headers);
      expect(queues.status).toBe(200);
      expect(queues.headers.get('cache-control')).toBe('no-store');
      const names = JSON.parse(await queues.text()).queues.map(({ name }: { name: string }) => name);
      expect(names).toEqual(['auto-reply', 'mood-expiry', 'analytics', 'message-delivery']);
    }
    const slash = await call('GET', '/ops/queues/', withCookie(tokenOf('admin')));
    expect([slash.status, slash.headers.get('location')]).toEqual([302, '/ops/queues']);
  });

  test('has a page with nothing inline and nothing from elsewhere, under a policy that says so', async () => {
    const page = await call('GET', '/ops/queues', withCookie(tokenOf('admin')));
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(text).toContain('static/js/main');
    expect(text).not.toMatch(/https?:\/\/|<style|\bstyle=|\bon\w+=|javascript:/i);
    // The one script without a file is data.
    expect(text.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toEqual(['<script id="__UI_CONFIG__" type="application/json">']);
  });

  test('does nothing dangerous, and tells nothing about hosts, for an administrator either', async () => {
    const headers = { authorization: `Bearer ${tokenOf('admin')}`, 'content-type': 'application/json' };
    for (const [method, path] of [
      ['POST', '/analytics/add'],
      ['PUT', '/analytics/obliterate'],
      ['PUT', '/analytics/empty'],
      ['PUT', '/analytics/concurrency'],
      ['PUT', '/analytics/rate-limit'],
      ['PUT', '/analytics/clean/delayed'],
      ['PATCH', '/analytics/some-job/update-data'],
      ['GET', '/analytics/workers'],
    ] as const) {
      const answer = await call(method, `/ops/queues/api/queues${path}`, headers);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(await answer.text()).toContain('This is switched off.');
    }
    expect((await call('GET', '/ops/queues/api/redis/stats', headers)).status).toBe(403);
  });

  test.each([
    ['PATCH', '/api/queues', 'GET, HEAD'],
    ['PUT', '/api/queues', 'GET, HEAD'],
    ['POST', '/api/queues/analytics/some-job/logs', 'GET, HEAD'],
    ['GET', '/api/queues/analytics/some-job/retry', 'PUT'],
    ['POST', '/api/queues/analytics/some-job/update-data', 'PATCH'],
    ['POST', '/queue/analytics', 'GET, HEAD'],
  ])('answers 405 for a method that a path does not have (%s %s)', async (method, path, allowed) => {
    const headers = { authorization: `Bearer ${tokenOf('admin')}`, 'content-type': 'application/json' };
    const answer = await call(method, `/ops/queues${path}`, headers);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    expect(JSON.parse(await answer.text())).toEqual({ error: 'INVALID_REQUEST', message: expect.stringContaining(path) });
  });
});

describe('a change on the board', () => {
  const pause = (headers: Record<string, string>) => call('PUT', '/ops/queues/api/queues/analytics/pause', headers);
  const resume = () => call('PUT', '/ops/queues/api/queues/analytics/resume', { ...withCookie(tokenOf('admin')), ...fromThePage });
  const isPaused = async () => (await stack.queues()).queue('analytics').isPaused();

  test('that another site has the browser ask for is refused, and does not happen', async () => {
    const cookie = withCookie(tokenOf('admin'));
    for (const headers of [
      cookie,
      { ...cookie, 'sec-fetch-site': 'cross-site' },
      { ...cookie, 'sec-fetch-site': 'same-site' },
      { ...cookie, origin: 'https://evil.example' },
      { ...cookie, origin: 'null' },
    ]) {
      expect([headers, (await pause(headers)).status]).toEqual([headers, 403]);
    }
    expect(await isPaused()).toBe(false);
  });

  test('wants the scope queues:write, which the refusal names; looking does not', async () => {
    for (const scope of ['openid', 'audit:read mood:override templates:write', 'queues:read', 'QUEUES:WRITE', 'queues:*']) {
      const cookie = withCookie(await stack.platform.token('admin', undefined, { scope }));
      expect((await call('GET', '/ops/queues/api/queues', cookie)).status).toBe(200);
      for (const [method, path] of changes.filter(([how]) => how !== 'DELETE')) {
        const answer = await call(method, `/ops/queues${path}`, { ...cookie, ...fromThePage });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect(await answer.json()).toEqual({ error: 'UNAUTHORIZED', message: 'This needs a token with the scope "queues:write".' });
      }
    }
    expect(await isPaused()).toBe(false);
    const enough = withCookie(await stack.platform.token('admin', undefined, { scope: 'queues:write' }));
    expect((await pause({ ...enough, ...fromThePage })).status).toBe(200);
    expect((await resume()).status).toBe(200);
  });

  test('that the page asks for happens', async () => {
    expect((await pause({ ...withCookie(tokenOf('admin')), ...fromThePage })).status).toBe(200);
    expect(await isPaused()).toBe(true);
    expect((await resume()).status).toBe(200);
    expect((await pause({ ...withCookie(tokenOf('admin')), origin: stack.api.url })).status).toBe(200);
    expect((await resume()).status).toBe(200);
    expect(await isPaused()).toBe(false);
  });

  test('is refused as soon as the session has ended, and the page asks to sign in again', async () => {
    const token = await stack.platform.token('admin');
    const headers = { ...withCookie(token), ...fromThePage };
    expect((await call('GET', '/ops/queues/api/queues', headers)).status).toBe(200);
    await stack.platform.revoke(token);
    // What the auth service said last may be ten seconds old.
    await eventually(
      async () => (await pause(headers)).status,
      (status) => status === 401,
      20_000,
    );
    await resume();
    const page = await call('GET', '/ops/queues', headers);
    expect([page.status, page.headers.get('location')]).toEqual([302, '/ops/login']);
    expect(page.headers.get('set-cookie')).toBe('mood_ops=; Max-Age=0; Path=/ops');
  });
});

describe('signing in', () => {
  test('gives an administrator a cookie that is out of reach for scripts and for other sites', async () => {
    const token = await stack.platform.token('admin', undefined, { expiresIn: 600 });
    const answer = await signIn(`  Bearer ${token}\n`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops/queues']);
    const [pair, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
    expect(pair).toBe(`mood_ops=${token}`);
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/ops']));
    const seconds = Number(attributes.find((one) => one.startsWith('Max-Age='))?.slice(8));
    expect(seconds).toBeGreaterThan(500);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  test.each<[string, () => string | Promise<string>, number, string]>([
    ['a user', () => tokenOf('user'), 403, refusal],
    ['a model', () => tokenOf('model'), 403, refusal],
    ['a service', () => tokenOf('service'), 403, refusal],
    ['nobody', () => '', 401, 'This is not an access token. Paste the whole of one, as the platform issues it.'],
    ['something else', () => 'a <b> c', 401, 'This is not an access token. Paste the whole of one, as the platform issues it.'],
    ['who came too late', () => stack.platform.token('admin', undefined, { expiresIn: -60 }), 401, 'The token has expired. Sign in again.'],
    ['who signed out', revokedToken, 401, 'The session has ended. Sign in again.'],
  ])('is refused to %s in words, without a cookie', async (_, token, status, words) => {
    const answer = await signIn(await token());
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await answer.text()).toContain(`<p role="alert">${words}</p>`);
  });

  async function revokedToken(): Promise<string> {
    const token = await stack.platform.token('admin');
    await stack.platform.revoke(token);
    return token;
  }

  test('from a form of another site is refused before the token is looked at', async () => {
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const answer = await signIn(tokenOf('admin'), headers);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
    }
  });

  test('has a page without scripts, under a policy that lets none run', async () => {
    for (const path of ['/ops/login', '/ops/logout', '/ops/sign-in.css']) {
      const { status, headers } = await call('GET', path);
      expect([path, status, headers.get('content-security-policy')]).toEqual([
        path,
        200,
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      ]);
      expect(headers.get('cache-control')).toBe('no-store');
    }
    const text = await (await call('GET', '/ops/login')).text();
    expect(text).not.toMatch(/<script|<style|\bstyle=|\bon\w+=/i);
  });

  test('ends by a click, not by a link of another site', async () => {
    expect((await call('GET', '/ops/logout')).headers.get('set-cookie')).toBeNull();
    expect((await call('POST', '/ops/logout', { 'sec-fetch-site': 'cross-site' })).headers.get('set-cookie')).toBeNull();
    const answer = await call('POST', '/ops/logout', fromThePage);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops/login']);
    expect(answer.headers.get('set-cookie')).toBe('mood_ops=; Max-Age=0; Path=/ops');
  });
});

describe('signing out', () => {
  const signOut = (headers: Record<string, string>) => call('POST', '/ops/logout', { ...fromThePage, ...headers });
  const isRevoked = async (token: string) => {
    const answer = await fetch(`${stack.platform.url}/oauth/introspect`, { method: 'POST', body: new URLSearchParams({ token }) });
    return !JSON.parse(await answer.text()).active;
  };

  test.each<[string, (token: string) => Record<string, string>]>([
    ['the cookie', withCookie],
    ['the cookie over TLS', (token) => ({ cookie: `__Host-mood_ops=${token}`, 'x-forwarded-proto': 'https' })],
    ['a header', (token) => ({ authorization: `Bearer ${token}` })],
  ])('with %s revokes the token at the platform, and ends the session at once, for the API as well', async (_what, headersOf) => {
    const token = await stack.platform.token('admin');
    const headers = headersOf(token);
    expect((await call('GET', '/ops/queues/api/queues', headers)).status).toBe(200);
    expect((await stack.api.get('/api/v1/admin/mood/templates', token)).status).toBe(200);
    const answer = await signOut(headers);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops/login']);
    expect(await isRevoked(token)).toBe(true);
    expect((await call('GET', '/ops/queues/api/queues', headers)).status).toBe(401);
    expect((await stack.api.get('/api/v1/admin/mood/templates', token)).status).toBe(401);
  });

  test.each<[string, () => Promise<Record<string, string>>]>([
    ['nobody', async () => ({})],
    ['a word', async () => withCookie('word')],
    ['a forged token', async () => withCookie('e30.e30.AAAA')],
    ['an expired token', async () => withCookie(await stack.platform.token('admin', undefined, { expiresIn: -60 }))],
    ['no bearer', async () => ({ authorization: 'Basic abc' })],
  ])('as %s is nothing but a way to the sign-in page', async (_what, headersOf) => {
    const revocations = async () => (await stack.platform.counters())['revoke'] ?? 0;
    const before = await revocations();
    const answer = await signOut(await headersOf());
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops/login']);
    expect(await revocations()).toBe(before);
  });

  test('asked for by another site ends nothing', async () => {
    const token = await stack.platform.token('admin');
    expect((await call('POST', '/ops/logout', { ...withCookie(token), 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await isRevoked(token)).toBe(false);
  });

  test('while the platform does not answer says so, and ends the session here', async () => {
    const token = await stack.platform.token('admin');
    const headers = withCookie(token);
    expect((await call('GET', '/ops/queues/api/queues', headers)).status).toBe(200);
    await stack.platform.setFault('auth', 'error');
    try {
      const answer = await signOut(headers);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('set-cookie')).toBe('mood_ops=; Max-Age=0; Path=/ops');
      expect(await answer.text()).toContain('You are signed out of this browser. The platform could not be told');
    } finally {
      await stack.platform.setFault('auth', 'ok');
    }
    expect((await call('GET', '/ops/queues/api/queues', headers)).status).toBe(401);
    expect(await isRevoked(token)).toBe(false);
  });

  test('again, after the platform could not be told, tells it', async () => {
    const token = await stack.platform.token('admin');
    const headers = withCookie(token);
    await stack.platform.setFault('auth', 'error');
    try {
      for (let tries = 0; tries < 2; tries += 1) expect((await signOut(headers)).status).toBe(503);
    } finally {
      await stack.platform.setFault('auth', 'ok');
    }
    // The platform is left alone for a second after it failed.
    const answer = await eventually(
      () => signOut(headers),
      ({ status }) => status !== 503,
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ops/login']);
    expect(await isRevoked(token)).toBe(true);
  });
});

describe('there is no way around the guard', () => {
  const spellings: readonly ((path: string) => string)[] = [
    (path) => `${path}/`,
    (path) => `/${path}`,
    (path) => path.replaceAll('/', '//'),
    (path) => path.replace('/queues', '%2Fqueues'),
    (path) => path.replace('/api', '%2fapi'),
    (path) => path.replace('queues', '%71ueues'),
    (path) => path.replace('/ops/', '/%6Fps/'),
    (path) => path.toUpperCase(),
    (path) => path.replace('/ops/', '/ops/login/../'),
    (path) => path.replace('/ops/', '/ops/login/%2e%2e/'),
    (path) => path.replace('/ops/', '/docs/../ops/'),
    (path) => `${path};x=1`,
    (path) => `${path}?_method=GET`,
    (path) => path.replace('/queues', '/queues/static/..'),
    (path) => path.replace('/queues', '/queues/static/..%2f'),
    (path) => `${stack.api.url}${path}`,
  ];
  const methods = ['HEAD', 'OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];

  test('by another spelling of the path, with any method', async () => {
    const cookie = `Cookie: mood_ops=${tokenOf('user')}`;
    const found: string[] = [];
    for (const path of ['/ops/queues', '/ops/queues/api/queues', '/ops/queues/api/queues/analytics/pause']) {
      for (const spell of spellings) {
        for (const method of methods) {
          for (const headers of [[], [cookie, 'Sec-Fetch-Site: same-origin']]) {
            const { status, text } = await sendRaw(`${method} ${spell(path)}`, headers);
            const isOnlySentAway = status === 302 && /\nlocation: \/ops\/login\r/i.test(text);
            if (!isOnlySentAway && !(status >= 400 && status < 500)) found.push(`${method} ${spell(path)}: ${status}`);
          }
        }
      }
    }
    expect(found).toEqual([]);
    expect(await (await stack.queues()).queue('analytics').isPaused()).toBe(false);
  });

  test.each(['X-HTTP-Method-Override: PUT', 'X-HTTP-Method: PUT', 'X-Method-Override: PUT'])(
    '%s does not make a change of a look',
    async (header) => {
      const cookie = `Cookie: mood_ops=${tokenOf('admin')}`;
      await sendRaw('GET /ops/queues/api/queues/analytics/pause', [cookie, header, 'Sec-Fetch-Site: same-origin']);
      expect(await (await stack.queues()).queue('analytics').isPaused()).toBe(false);
    },
  );

  test.each(['X-Original-URL: /ops/queues/api/queues', 'X-Rewrite-URL: /ops/queues/api/queues'])(
    '%s does not lead there',
    async (header) => {
      const { status, text } = await sendRaw('GET /ops/login', [header]);
      expect(status).toBe(200);
      expect(text).toContain('Sign in to the queues');
    },
  );

  test('no file outside the board’s own can be read', async () => {
    const cookie = `Cookie: mood_ops=${tokenOf('admin')}`;
    for (const path of [
      '/../index.ejs',
      '/%2e%2e/index.ejs',
      '/..%2findex.ejs',
      '/..%5cindex.ejs',
      '//etc/passwd',
      '/js/../../../package.json',
    ]) {
      const { status } = await sendRaw(`GET /ops/queues/static${path}`, [cookie]);
      // Refused before any route sees it.
      expect([path, status]).toEqual([path, 400]);
    }
  });
});

describe('guessing', () => {
  let strict: Stack;
  beforeAll(async () => {
    strict = await startStack({ env: { FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '3', TRUSTED_PROXIES: 'loopback' } });
  });
  afterAll(() => strict.stop());

  test('of tokens is limited as everywhere: failed sign-ins count', async () => {
    const attempt = (token: string) =>
      fetch(`${strict.api.url}/ops/login`, {
        method: 'POST',
        headers: fromThePage,
        body: new URLSearchParams({ token }),
        redirect: 'manual',
      });
    for (let n = 0; n < 3; n += 1) expect((await attempt(`a.b.${n}`)).status).toBe(401);
    const refused = await attempt('a.b.3');
    expect([refused.status, refused.headers.get('set-cookie')]).toEqual([429, null]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.text()).toMatch(/Too many requests\. Try again in \d+ s\./);
    expect((await strict.api.get('/api/v1/mood/terms', 'a.b.c')).status).toBe(429);
    expect((await attempt(await strict.platform.token('admin'))).status).toBe(303);
  });

  test('by signing out counts as well, and only what nobody has signed', async () => {
    const from = { ...fromThePage, 'x-forwarded-for': '203.0.113.5' };
    const signOut = (headers: Record<string, string>) =>
      fetch(`${strict.api.url}/ops/logout`, { method: 'POST', headers: { ...from, ...headers }, redirect: 'manual' });
    const forged = (n: number) => withCookie(`e30.e30.${n}`);
    const expired = withCookie(await strict.platform.token('admin', undefined, { expiresIn: -60 }));
    for (let n = 0; n < 5; n += 1) {
      expect((await signOut(expired)).status).toBe(303);
      expect((await signOut({})).status).toBe(303);
      expect((await signOut(forged(0))).status).toBe(303);
    }
    expect([(await signOut(forged(1))).status, (await signOut({ authorization: 'Basic abc' })).status]).toEqual([303, 303]);
    const refused = await signOut(forged(3));
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    const elsewhere = await strict.api.call('GET', '/api/v1/mood/terms', { token: 'a.b.c', headers: from });
    expect(elsewhere.status).toBe(429);
    expect((await signOut(withCookie(await strict.platform.token('admin')))).status).toBe(303);
  });
});
