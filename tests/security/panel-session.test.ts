import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, until } from '@mood/testing/eventually';
import { asSubject, createPanelClient, openSession, sealSession } from '@mood/testing/panel-client';
import type { PanelClient } from '@mood/testing/panel-client';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const admin = 'c0000000-0000-4000-8000-000000000001';

let stack: Stack;
let model: Model;
let user: string;
beforeAll(async () => {
  stack = await startStack();
  model = await stack.createModel();
  [user = ''] = await stack.platform.createUsers();
});
afterAll(() => stack.stop());

const newBrowser = () => createPanelClient(stack.api.url);
async function signedIn(subject: string): Promise<PanelClient> {
  const browser = newBrowser();
  await browser.signIn(subject);
  return browser;
}
const keys = () => stack.env['SESSION_KEYS'] ?? '';
const sessionOf = (browser: PanelClient) => openSession(keys(), browser.jar.get('mood') ?? '');

/** A browser with a session of tokens that were made elsewhere. */
async function browserWith(...[content, options]: [Parameters<typeof sealSession>[1], Parameters<typeof sealSession>[2]?]) {
  const browser = newBrowser();
  browser.jar.set('mood', await sealSession(keys(), content, options));
  return browser;
}
const statusOf = async (browser: PanelClient, path = '/panel/api/v1/mood/terms') => (await browser.call('GET', path)).status;
async function isActive(token: string): Promise<boolean> {
  const answer = await fetch(`${stack.platform.url}/oauth/introspect`, { method: 'POST', body: new URLSearchParams({ token }) });
  return JSON.parse(await answer.text()).active;
}
async function whileAuthIsDown(play: () => Promise<void>): Promise<void> {
  await stack.platform.setFault('auth', 'error');
  try {
    await play();
  } finally {
    await stack.platform.setFault('auth', 'ok');
  }
}

describe('signing in', () => {
  test('while the platform does not answer says so, and the API goes on', async () => {
    await whileAuthIsDown(async () => {
      const { status, answer } = await newBrowser().follow('/panel/sign-in');
      expect([status, answer.headers.get('content-type')]).toEqual([503, 'text/html; charset=UTF-8']);
      expect(await answer.text()).toContain('<h1>Sign-in is not available now</h1>');
      expect((await fetch(`${stack.api.url}/readyz`)).status).toBe(200);
    });
  });

  test('leads through the platform to the panel, and gives a cookie that no script and no other site can use', async () => {
    const browser = newBrowser();
    // Nobody is an answer, not an error: the panel asks before it shows the sign-in.
    expect(await (await browser.call('GET', '/panel/api/session')).json()).toBeNull();
    const answer = await browser.signIn(model.id, '/panel/history?limit=5');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/panel/history?limit=5']);
    const line = answer.headers.getSetCookie().find((one) => one.startsWith('mood=')) ?? '';
    const [pair = '', ...attributes] = line.split('; ');
    expect(pair.length).toBeLessThan(2_500);
    expect(attributes.toSorted()).toEqual(['HttpOnly', expect.stringMatching(/^Max-Age=28[78]\d\d$/), 'Path=/', 'SameSite=Lax']);
    expect(browser.jar.get('mood_sign_in')).toBeUndefined();
    const { expiresAt, ...session } = JSON.parse(await (await browser.call('GET', '/panel/api/session')).text());
    expect(session).toEqual({ subject: model.id, name: expect.any(String), role: 'model', scopes: [], hiddenPages: [] });
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(7.9 * 3_600_000);
  });

  test('names the pages that flags switch off for somebody', async () => {
    const admin = await stack.platform.token('admin');
    const set = (percentage: number, expectedVersion: number | null) =>
      stack.api.call('PUT', '/api/v1/admin/mood/flags/panel.replies', {
        token: admin,
        json: { percentage, expectedVersion, reason: 'a try' },
      });
    const browser = newBrowser();
    await browser.signIn(model.id);
    const hidden = async () => JSON.parse(await (await browser.call('GET', '/panel/api/session')).text()).hiddenPages;
    const { body } = await set(0, null);
    await until(async () => (await hidden()).join() === 'replies');
    await set(100, body.version);
    await until(async () => (await hidden()).length === 0);
  });

  test('asks with PKCE, a state and a nonce that are new each time', async () => {
    const asked = await Promise.all([1, 2].map(async () => new URL((await newBrowser().follow('/panel/sign-in')).location).searchParams));
    for (const one of asked) {
      expect(Object.fromEntries(one)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256' });
      expect(one.get('redirect_uri')).toBe(`${stack.api.url}/panel/sign-in/callback`);
    }
    for (const name of ['state', 'nonce', 'code_challenge']) expect(new Set(asked.map((one) => one.get(name))).size).toBe(2);
  });

  test('gives a user words, and no session', async () => {
    const browser = newBrowser();
    const answer = await browser.signIn(user);
    expect([answer.status, browser.jar.header()]).toEqual([403, '']);
    expect(await answer.text()).toContain('<h1>This is for models and administrators</h1>');
  });

  test.each(['//evil.example', '/\\evil.example', 'https:evil.example', 'https://evil.example/panel/', '/panel/../..', '/docs'])(
    'does not lead to %s afterwards',
    async (to) => {
      expect((await newBrowser().signIn(model.id, to)).headers.get('location')).toBe('/panel/');
    },
  );

  test('a code that is used a second time signs nobody in, and ends the session that it gave', async () => {
    const browser = newBrowser();
    const begun = await browser.follow('/panel/sign-in');
    const attempt = browser.jar.get('mood_sign_in') ?? '';
    const back = (await browser.follow(asSubject(begun.location, model.id))).location;
    expect((await browser.follow(back)).status).toBe(303);
    const { access } = await sessionOf(browser);
    // Reloaded, or found in the history of the browser.
    expect((await browser.follow(back)).status).toBe(400);
    const thief = newBrowser();
    thief.jar.set('mood_sign_in', attempt);
    const replayed = await thief.follow(back);
    expect([replayed.status, thief.jar.get('mood')]).toEqual([400, undefined]);
    expect(await replayed.answer.text()).toContain('The platform did not sign you in (invalid_grant).');
    expect(await isActive(access)).toBe(false);
  });

  test('an answer to what this browser did not ask signs nobody in', async () => {
    const [browser, other] = [newBrowser(), newBrowser()];
    const begun = await browser.follow('/panel/sign-in');
    const back = (await browser.follow(asSubject(begun.location, model.id))).location;
    await other.follow('/panel/sign-in');
    for (const [who, url] of [
      [newBrowser(), back],
      [other, back],
      [browser, back.replace(/state=[^&]+/, 'state=made-up')],
    ] as const) {
      expect([(await who.follow(url)).status, who.jar.get('mood')]).toEqual([400, undefined]);
    }
    const denied = newBrowser();
    const state = new URL((await denied.follow('/panel/sign-in')).location).searchParams.get('state');
    const given = new URLSearchParams({
      error: 'access_denied',
      error_description: '<script>',
      state: state ?? '',
      iss: stack.platform.url,
    });
    const refused = await denied.follow(`/panel/sign-in/callback?${String(given)}`);
    expect(refused.status).toBe(400);
    expect(await refused.answer.text()).toContain('The platform did not sign you in (access_denied).');
  });

  test('leaves tokens in no page, no answer, no address and no log', async () => {
    const browser = newBrowser();
    const seen: string[] = [];
    const begun = await browser.follow('/panel/sign-in?to=/panel/audit');
    const chosen = await browser.follow(asSubject(begun.location, admin));
    const done = await browser.follow(chosen.location);
    seen.push(begun.location, chosen.location, done.location, ...done.answer.headers.values());
    for (const path of ['/panel/', '/panel/api/session', '/panel/api/v1/admin/mood/models', '/ops/queues']) {
      const answer = await browser.call('GET', path);
      seen.push(await answer.text(), ...answer.headers.values());
    }
    const { access, refresh = '' } = await sessionOf(browser);
    for (const token of [access, refresh]) {
      expect(token.length).toBeGreaterThan(200);
      expect(`${seen.join('\n')}\n${stack.apiProcess.output()}`).not.toContain(token.split('.')[2]);
    }
  });
});

describe('a session', () => {
  test('may do what its token may, and is read under /panel and on the board alone', async () => {
    const [sophia, robin] = [await signedIn(model.id), await signedIn(admin)];
    expect(await statusOf(sophia, '/panel/api/v1/mood/me')).toBe(200);
    expect((await sophia.call('POST', '/panel/api/v1/mood/update', { json: { moodState: 'positive' } })).status).toBe(200);
    expect(await statusOf(sophia, '/panel/api/v1/admin/mood/models')).toBe(403);
    expect(await statusOf(robin, '/panel/api/v1/admin/mood/models')).toBe(200);
    expect(await statusOf(robin, '/panel/api/v1/mood/me')).toBe(403);
    for (const path of ['/api/v1/mood/me', '/api/v1/mood/terms', `/api/v1/mood/${model.id}`])
      expect([path, await statusOf(sophia, path)]).toEqual([path, 401]);
    for (const path of ['/panel/api/v1', '/panel/api/v1/nothing', '/panel/api/v2/moods', '/panel/api/']) {
      expect([path, await statusOf(robin, path)]).toEqual([path, 404]);
    }
  });

  test('of one model is not that of another', async () => {
    const other = await stack.createModel();
    const browser = await signedIn(other.id);
    const mine = await browser.call('GET', '/panel/api/session');
    expect(JSON.parse(await mine.text()).subject).toBe(other.id);
    const named = { json: { modelId: model.id, moodState: 'negative' } };
    expect((await browser.call('POST', '/panel/api/v1/mood/update', named)).status).toBe(403);
  });

  test.each(['user', 'service'])('cannot be had with the token of a %s, whoever sealed it', async (role) => {
    const browser = await browserWith({ access: await stack.platform.token(role) });
    expect(await statusOf(browser, '/panel/api/session')).toBe(403);
    expect(await statusOf(browser, '/panel/api/v1/admin/mood/models')).toBe(403);
  });

  test('is not taken from a header, nor from a cookie that is tampered with, too old or of another kind', async () => {
    const access = await stack.platform.token('admin');
    const asHeader = await newBrowser().call('GET', '/panel/api/v1/admin/mood/models', { headers: { authorization: `Bearer ${access}` } });
    expect(asHeader.status).toBe(401);
    expect(JSON.parse(await asHeader.text())).toEqual({
      error: 'UNAUTHORIZED',
      message: 'You are not signed in. Sign in at /panel/sign-in.',
    });
    const good = await sealSession(keys(), { access });
    // The first letter of what is sealed; bits of a last one may count for nothing.
    const changed = good
      .split('.')
      .map((part, at) => (at === 3 ? part.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')) : part))
      .join('.');
    const foreign = await sealSession(`test:${Buffer.alloc(32, 7).toString('base64')}`, { access });
    const old = await sealSession(keys(), { access }, { seconds: -1 });
    const other = await sealSession(keys(), { access }, { typ: 'mood_sign_in' });
    for (const [cookie, status] of [
      [good, 200],
      [changed, 401],
      [foreign, 401],
      [old, 401],
      [other, 401],
      [access, 401],
      ['', 401],
    ] as const) {
      const browser = newBrowser();
      browser.jar.set('mood', cookie);
      expect([cookie, await statusOf(browser)]).toEqual([cookie, status]);
    }
  });
});

test('a name is plain text, whatever the platform has, for its owner and for administrators', async () => {
  const created = await fetch(`${stack.platform.url}/sandbox/performers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ displayName: '\u202Eevil<b>x</b>\u0000\u{E0041}' }),
  });
  const [id = ''] = JSON.parse(await created.text()).ids;
  const session = await (await signedIn(id)).call('GET', '/panel/api/session');
  expect(JSON.parse(await session.text())).toMatchObject({ name: 'evilx' });
  const seen = await (await signedIn(admin)).call('GET', `/panel/api/v1/admin/mood/models/${id}`);
  expect(JSON.parse(await seen.text())).toMatchObject({ displayName: 'evilx' });
});

describe('what another site has a browser ask for (CSRF)', () => {
  const ways: [what: string, headers: Record<string, string>][] = [
    [
      'a form of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', origin: 'https://evil.example' },
    ],
    [
      'fetch with credentials',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', origin: 'https://evil.example' },
    ],
    ['fetch without CORS', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' }],
    ['an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a link', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' }],
    ['another port of this host', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['a made-up word', { 'sec-fetch-site': 'Same-Origin' }],
  ];

  test.each(ways)('is refused: %s', async (_what, headers) => {
    const browser = await browserWith({ access: model.token });
    const calls: [string, string, object?][] = [
      ['GET', '/panel/api/session'],
      ['GET', '/panel/api/v1/mood/me'],
      ['POST', '/panel/api/v1/mood/update', { moodState: 'negative' }],
      ['POST', '/panel/sign-out'],
    ];
    for (const [method, path, json] of calls) {
      const answer = await browser.call(method, path, { headers, ...(json !== undefined && { json }) });
      expect([method, path, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([method, path, 403, null]);
    }
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
    expect(body.moodState).not.toBe('negative');
    expect(await statusOf(browser)).toBe(200);
  });

  test('a change has to say that it comes from here; a reading may be typed in', async () => {
    const { jar } = await browserWith({ access: model.token });
    const ask = async (method: string, headers: Record<string, string>) =>
      (
        await fetch(`${stack.api.url}/panel/api/v1/mood/${method === 'GET' ? 'me' : 'terms'}`, {
          method,
          headers: { cookie: jar.header(), ...headers },
        })
      ).status;
    for (const headers of [{}, { 'sec-fetch-site': 'none' }]) {
      expect([headers, await ask('GET', headers), await ask('POST', headers)]).toEqual([headers, 200, 403]);
    }
    expect(await ask('POST', { 'sec-fetch-site': 'none', origin: stack.api.url })).toBe(403);
  });

  // As browsers ask over plain HTTP for another host than localhost.
  test('without Sec-Fetch-Site the Origin says it, and has to be exactly ours', async () => {
    const { jar } = await browserWith({ access: model.token });
    const ask = async (origin: string) => {
      const headers = { cookie: jar.header(), origin, 'content-type': 'application/json' };
      return (await fetch(`${stack.api.url}/panel/api/v1/mood/preview`, { method: 'POST', headers, body: '{"moodState":"neutral"}' }))
        .status;
    };
    const { host, hostname, port } = new URL(stack.api.url);
    expect(await ask(`http://${host}`)).toBe(200);
    const others = [
      `https://${host}`,
      `http://${hostname}`,
      `http://${host}.evil.example`,
      `http://${host}@evil.example`,
      `http://evil.example:${port}`,
    ];
    for (const origin of [...others, 'null', '', 'https://evil.example']) expect([origin, await ask(origin)]).toEqual([origin, 403]);
  });
});

describe('signing out', () => {
  test('ends the session everywhere: in other tabs, for a copy of the cookie, and at the platform', async () => {
    const browser = await signedIn(admin);
    const { access, refresh = '' } = await sessionOf(browser);
    const otherTab = createPanelClient(stack.api.url);
    otherTab.jar.set('mood', browser.jar.get('mood') ?? '');
    expect(await statusOf(otherTab)).toBe(200);
    const answer = await browser.call('POST', '/panel/sign-out');
    expect([answer.status, browser.jar.get('mood')]).toEqual([204, undefined]);
    expect(await statusOf(otherTab)).toBe(401);
    expect(await isActive(access)).toBe(false);
    const again = await fetch(`${stack.platform.url}/openid/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh, client_id: 'mood-messaging' }),
    });
    expect(again.status).toBe(400);
    expect((await stack.api.get('/api/v1/admin/mood/models', access)).status).toBe(401);
  });

  test('by the page of its own leads to the panel; without a session nothing is asked of the platform', async () => {
    const before = (await stack.platform.counters())['revoke'];
    const browser = newBrowser();
    browser.jar.set('mood', 'made-up');
    const answer = await browser.call('POST', '/panel/sign-out', { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('location'), browser.jar.header()]).toEqual([303, '/panel/', '']);
    expect((await stack.platform.counters())['revoke']).toBe(before);
    const page = await browser.follow('/panel/sign-out');
    expect(page.answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(await page.answer.text()).not.toMatch(/<script|<style|\bstyle=|\bon\w+=/i);
  });

  test('while the platform does not answer says so, and ends the session here', async () => {
    const browser = await signedIn(admin);
    const copy = createPanelClient(stack.api.url);
    copy.jar.set('mood', browser.jar.get('mood') ?? '');
    expect(await statusOf(copy)).toBe(200);
    await whileAuthIsDown(async () => {
      const answer = await browser.call('POST', '/panel/sign-out', { headers: { accept: 'text/html' } });
      expect([answer.status, browser.jar.get('mood')]).toEqual([503, undefined]);
      expect(await answer.text()).toContain('The platform could not be told.');
    });
    expect(await statusOf(copy)).toBe(401);
  });

  test('that the platform was not told of tells it when it is asked for again, and then nothing more', async () => {
    const browser = await signedIn(admin);
    const { access } = await sessionOf(browser);
    const cookie = browser.jar.get('mood') ?? '';
    async function signOut(): Promise<number> {
      const copy = newBrowser();
      copy.jar.set('mood', cookie);
      return (await copy.call('POST', '/panel/sign-out')).status;
    }
    await whileAuthIsDown(async () => {
      expect(await signOut()).toBe(503);
    });
    expect(await isActive(access)).toBe(true);
    // The breaker of the auth service lets the next question through after a while.
    await eventually(signOut, (status) => status === 204);
    expect(await isActive(access)).toBe(false);
    const told = (await stack.platform.counters())['revoke'];
    expect(await signOut()).toBe(204);
    expect((await stack.platform.counters())['revoke']).toBe(told);
  });
});

describe('a session whose access token ends soon', () => {
  /** As somebody has it after a quarter of an hour. */
  async function almostOver(secondsLeft: number, subject = model.id, role = 'model') {
    const { refresh = '', id, name } = await sessionOf(await signedIn(subject));
    const access = await stack.platform.token(role, subject, { expiresIn: secondsLeft });
    return browserWith({ access, refresh, id, name });
  }
  const tokenCalls = async () => (await stack.platform.counters())['token'] ?? 0;

  test('is renewed once for all that a page asks at the same time, and for who comes late', async () => {
    const browser = await almostOver(20);
    const late = createPanelClient(stack.api.url);
    late.jar.set('mood', browser.jar.get('mood') ?? '');
    const before = await tokenCalls();
    const statuses = await Promise.all(Array.from({ length: 12 }, () => statusOf(browser, '/panel/api/v1/mood/me')));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await statusOf(late)).toBe(200);
    expect(await statusOf(browser)).toBe(200);
    expect((await tokenCalls()) - before).toBe(1);
    expect((await sessionOf(browser)).access).toBe((await sessionOf(late)).access);
  });

  test('is renewed by a stream as well, which nothing else is written to', async () => {
    const browser = await almostOver(20);
    const before = browser.jar.get('mood');
    const stream = await browser.call('GET', `/panel/api/v1/moods/stream?modelIds=${model.id}`);
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(browser.jar.get('mood')).not.toBe(before);
    const reader = stream.body?.getReader();
    const text = new TextDecoder();
    const read = async () => text.decode((await reader?.read())?.value);
    let seen = await read();
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'negative' }, model.token)).status).toBe(200);
    while (!seen.includes('event: mood')) seen += await read();
    expect(seen.replaceAll(/^(?:retry: \d+|event: \w+|data: \{.*\}|:.*|)$/gm, '').trim()).toBe('');
    await reader?.cancel();
  });

  test('goes on with the old token while the platform does not answer, and waits when that has expired', async () => {
    const [lives, expired] = [await almostOver(40), await almostOver(-1)];
    expect(await statusOf(await browserWith({ access: await stack.platform.token('model', model.id, { expiresIn: -1 }) }))).toBe(401);
    const known = await sessionOf(lives);
    expect((await stack.api.get('/api/v1/mood/me', known.access)).status).toBe(200);
    await whileAuthIsDown(async () => {
      expect(await statusOf(lives, '/panel/api/v1/mood/me')).toBe(200);
      const waits = await expired.call('GET', '/panel/api/session');
      expect([waits.status, Number(waits.headers.get('retry-after')) > 0]).toEqual([503, true]);
    });
    expect((await sessionOf(lives)).access).toBe(known.access);
  });

  test('ends when the platform has ended it, or gives the tokens of somebody else', async () => {
    const ended = await almostOver(-1);
    await stack.platform.revoke((await sessionOf(ended)).refresh ?? '');
    const answer = await ended.call('GET', '/panel/api/session');
    expect([answer.status, JSON.parse(await answer.text()).message]).toEqual([401, 'Your session has ended. Sign in again.']);
    const { refresh = '' } = await sessionOf(await signedIn(admin));
    const mixed = await browserWith({ access: await stack.platform.token('model', model.id, { expiresIn: -1 }), refresh });
    expect(await statusOf(mixed)).toBe(401);
  });

  test('that was signed out meanwhile does not come back', async () => {
    const browser = await almostOver(20);
    const copy = createPanelClient(stack.api.url);
    copy.jar.set('mood', browser.jar.get('mood') ?? '');
    await Promise.all([statusOf(copy, '/panel/api/v1/mood/me'), browser.call('POST', '/panel/sign-out')]);
    expect([await statusOf(copy), await statusOf(browser)]).toEqual([401, 401]);
  });
});
