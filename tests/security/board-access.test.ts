import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { createPanelClient, sealSession } from '@mood/testing/panel-client';
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
/** The cookie of a session with this token. */
const withCookie = async (token: string) => ({ cookie: `mood=${await sealSession(stack.env['SESSION_KEYS'] ?? '', { access: token })}` });
const fromThePage = { 'sec-fetch-site': 'same-origin' };

const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(stack.api.url + path, { method, headers, redirect: 'manual' });

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
        const to = encodeURIComponent(`/ops/queues${page}`);
        expect([method, page, answer.status, answer.headers.get('location')]).toEqual([method, page, 302, `/panel/sign-in?to=${to}`]);
      }
    }
    for (const [method, path] of [...reads.map((read) => ['GET', read] as const), ...changes]) {
      const answer = await call(method, `/ops/queues${path}`, fromThePage);
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(await answer.json()).toEqual({ error: 'UNAUTHORIZED', message: 'You are not signed in. Sign in at /panel/sign-in.' });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('is closed to everybody but administrators, by cookie and by header, whatever is asked for', async () => {
    for (const caller of [...tokens.keys()].filter((name) => name !== 'admin')) {
      const ways = [await withCookie(tokenOf(caller)), { authorization: `Bearer ${tokenOf(caller)}` }];
      for (const headers of ways) {
        for (const [method, path] of [...[...pages, ...reads].map((read) => ['GET', read] as const), ...changes]) {
          const answer = await call(method, `/ops/queues${path}`, { ...headers, ...fromThePage });
          expect([caller, method, path, answer.status]).toEqual([caller, method, path, 403]);
          expect(await answer.json()).toEqual({ error: 'UNAUTHORIZED', message: refusal });
        }
      }
    }
  });

  test('tells whoever else opens it in a browser so on a page, with a way on', async () => {
    const headers = { ...(await withCookie(tokenOf('model'))), accept: 'text/html,application/xhtml+xml' };
    const answer = await call('GET', '/ops/queues', headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'; form-action 'self'");
    const page = await answer.text();
    expect(page).toContain(refusal);
    expect(page).toContain('href="/panel/"');
    expect((await call('GET', '/ops/queues/api/queues', headers)).headers.get('content-type')).toContain('application/json');
  });

  test('is open to an administrator, by cookie and by header', async () => {
    for (const headers of [await withCookie(tokenOf('admin')), { authorization: `Bearer ${tokenOf('admin')}` }]) {
      expect((await call('GET', '/ops/queues', headers)).status).toBe(200);
      const queues = await call('GET', '/ops/queues/api/queues', headers);
      expect(queues.status).toBe(200);
      expect(queues.headers.get('cache-control')).toBe('no-store');
      const names = JSON.parse(await queues.text()).queues.map(({ name }: { name: string }) => name);
      expect(names).toEqual(['auto-reply', 'mood-expiry', 'analytics', 'message-delivery']);
    }
    const slash = await call('GET', '/ops/queues/', await withCookie(tokenOf('admin')));
    expect([slash.status, slash.headers.get('location')]).toEqual([302, '/ops/queues']);
  });

  test('has a page with nothing inline and nothing from elsewhere, under a policy that says so', async () => {
    const page = await call('GET', '/ops/queues', await withCookie(tokenOf('admin')));
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
  const resume = async () =>
    call('PUT', '/ops/queues/api/queues/analytics/resume', { ...(await withCookie(tokenOf('admin'))), ...fromThePage });
  const isPaused = async () => (await stack.queues()).queue('analytics').isPaused();

  test('that another site has the browser ask for is refused, and does not happen', async () => {
    const cookie = await withCookie(tokenOf('admin'));
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
      const cookie = await withCookie(await stack.platform.token('admin', undefined, { scope }));
      expect((await call('GET', '/ops/queues/api/queues', cookie)).status).toBe(200);
      for (const [method, path] of changes.filter(([how]) => how !== 'DELETE')) {
        const answer = await call(method, `/ops/queues${path}`, { ...cookie, ...fromThePage });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect(await answer.json()).toEqual({ error: 'UNAUTHORIZED', message: 'This needs a token with the scope "queues:write".' });
      }
    }
    expect(await isPaused()).toBe(false);
    const enough = await withCookie(await stack.platform.token('admin', undefined, { scope: 'queues:write' }));
    expect((await pause({ ...enough, ...fromThePage })).status).toBe(200);
    expect((await resume()).status).toBe(200);
  });

  test('that the page asks for happens', async () => {
    expect((await pause({ ...(await withCookie(tokenOf('admin'))), ...fromThePage })).status).toBe(200);
    expect(await isPaused()).toBe(true);
    expect((await resume()).status).toBe(200);
    expect((await pause({ ...(await withCookie(tokenOf('admin'))), origin: stack.api.url })).status).toBe(200);
    expect((await resume()).status).toBe(200);
    expect(await isPaused()).toBe(false);
  });

  test('is refused as soon as the session has ended, and the page asks to sign in again', async () => {
    const token = await stack.platform.token('admin');
    const headers = { ...(await withCookie(token)), ...fromThePage };
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
    expect([page.status, page.headers.get('location')]).toEqual([302, '/panel/sign-in?to=%2Fops%2Fqueues']);
  });
});

describe('the session of the panel', () => {
  const admin = 'c0000000-0000-4000-8000-000000000001';

  test('opens the board, to which the sign-in leads back', async () => {
    const browser = createPanelClient(stack.api.url);
    const sent = await browser.follow('/ops/queues/queue/analytics');
    expect([sent.status, sent.location]).toEqual([302, '/panel/sign-in?to=%2Fops%2Fqueues%2Fqueue%2Fanalytics']);
    const back = await browser.signIn(admin, '/ops/queues/queue/analytics');
    expect([back.status, back.headers.get('location')]).toEqual([303, '/ops/queues/queue/analytics']);
    expect((await browser.follow('/ops/queues/queue/analytics')).status).toBe(200);
    expect((await browser.call('PUT', '/ops/queues/api/queues/analytics/pause')).status).toBe(200);
    expect((await browser.call('PUT', '/ops/queues/api/queues/analytics/resume')).status).toBe(200);
  });

  test('that is signed out in the panel is signed out here, whoever kept the cookie', async () => {
    const browser = createPanelClient(stack.api.url);
    await browser.signIn(admin, '/ops/queues');
    const kept = { cookie: browser.jar.header(), ...fromThePage };
    expect((await call('GET', '/ops/queues/api/queues', kept)).status).toBe(200);
    expect((await browser.call('POST', '/panel/sign-out')).status).toBe(204);
    expect((await call('GET', '/ops/queues/api/queues', kept)).status).toBe(401);
    expect((await browser.follow('/ops/queues')).location).toBe('/panel/sign-in?to=%2Fops%2Fqueues');
  });

  test('has its sign-out among the links of the board', async () => {
    const page = await (await call('GET', '/ops/queues', await withCookie(tokenOf('admin')))).text();
    expect(page).toContain('"url":"/panel/sign-out"');
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
    (path) => path.replace('/ops/', '/panel/sign-in/../../ops/'),
    (path) => path.replace('/ops/', '/panel/%2e%2e/ops/'),
    (path) => path.replace('/ops/', '/docs/../ops/'),
    (path) => `${path};x=1`,
    (path) => `${path}?_method=GET`,
    (path) => path.replace('/queues', '/queues/static/..'),
    (path) => path.replace('/queues', '/queues/static/..%2f'),
    (path) => `${stack.api.url}${path}`,
  ];
  const methods = ['HEAD', 'OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];

  test('by another spelling of the path, with any method', async () => {
    const cookie = `Cookie: ${(await withCookie(tokenOf('user'))).cookie}`;
    const found: string[] = [];
    for (const path of ['/ops/queues', '/ops/queues/api/queues', '/ops/queues/api/queues/analytics/pause']) {
      for (const spell of spellings) {
        for (const method of methods) {
          for (const headers of [[], [cookie, 'Sec-Fetch-Site: same-origin']]) {
            const { status, text } = await sendRaw(`${method} ${spell(path)}`, headers);
            const isOnlySentAway = status === 302 && /\nlocation: \/panel\/sign-in\?to=[\w%]+\r/i.test(text);
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
      const cookie = `Cookie: ${(await withCookie(tokenOf('admin'))).cookie}`;
      await sendRaw('GET /ops/queues/api/queues/analytics/pause', [cookie, header, 'Sec-Fetch-Site: same-origin']);
      expect(await (await stack.queues()).queue('analytics').isPaused()).toBe(false);
    },
  );

  test.each(['X-Original-URL: /ops/queues/api/queues', 'X-Rewrite-URL: /ops/queues/api/queues'])(
    '%s does not lead there',
    async (header) => {
      const { status, text } = await sendRaw('GET /panel/sign-out', [header]);
      expect(status).toBe(200);
      expect(text).toContain('<title>Sign out</title>');
    },
  );

  test('no file outside the board’s own can be read', async () => {
    const cookie = `Cookie: ${(await withCookie(tokenOf('admin'))).cookie}`;
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
    strict = await startStack({ env: { FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '3' } });
  });
  afterAll(() => strict.stop());

  test('of tokens is limited as everywhere: failed sign-ins count', async () => {
    const attempt = (token: string) => fetch(`${strict.api.url}/ops/queues/api/queues`, { headers: { authorization: `Bearer ${token}` } });
    for (let n = 0; n < 3; n += 1) expect((await attempt(`a.b.${n}`)).status).toBe(401);
    const refused = await attempt('a.b.3');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.text()).toMatch(/Too many requests\. Try again in \d+ s\./);
    expect((await strict.api.get('/api/v1/mood/terms', 'a.b.c')).status).toBe(429);
    expect((await attempt(await strict.platform.token('admin'))).status).toBe(200);
  });
});
