import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { demoAdmins, demoPerformers, demoUsers } from './demo-people.ts';
import { createPlatform } from './create-platform.ts';
import { createDirectory } from './directory.ts';
import { openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';
import { routesInWords } from './routes.ts';
import { createSigningKey } from './signing-key.ts';
import { createTokens } from './tokens.ts';
import { createLogger } from '@mood/runtime';

let platform: PlatformUnderTest;
beforeEach(async () => {
  platform = await openPlatform();
});
afterEach(() => platform.stop());

const people = [...demoPerformers, ...demoUsers, ...demoAdmins];
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

/** What is registered, in the order of the words. */
async function registered(): Promise<string[]> {
  const signingKey = await createSigningKey();
  const { app } = createPlatform({
    signingKey,
    tokens: createTokens({ issuer: 'http://sandbox', audience: 'mood', signingKey, revoked: [] }),
    directory: createDirectory(),
    issuer: 'http://sandbox',
    keep: async () => undefined,
    logger: createLogger({ name: 'sandbox', level: 'silent' }),
  });
  return [...new Set(app.routes.filter(({ method }) => method !== 'ALL').map((route) => `${route.method} ${route.path}`))].toSorted();
}

describe('the start page', () => {
  test('is the chat for a browser, with a policy that lets nothing run but what the sandbox and the mood API serve', async () => {
    const withApi = await openPlatform({ moodApiUrl: 'http://127.0.0.1:1', publicApiUrl: 'https://mood.example/below' });
    const response = await fetch(withApi.url, { headers: browser });
    const page = await response.text();
    await withApi.stop();
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self' https:\/\/mood\.example; style-src 'self'; .*require-trusted-types-for 'script'$/,
    );
    expect(page.match(/(?:src|href)="[^"]+"/g)).toEqual(
      expect.arrayContaining([
        'src="https://mood.example/below/badge.js"',
        'src="/chat/main.ts"',
        'href="/chat/style.css"',
        'href="/about"',
      ]),
    );
    expect(page).not.toMatch(/<style|<script(?! type="module" src="[^"]+"><)| on\w+=| style=/);
  });

  test('has its scripts without types, and nothing else of the checkout', async () => {
    const script = await fetch(`${platform.url}/chat/main.ts`);
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(await script.text()).not.toMatch(/import type|: Place\b/);
    const again = await fetch(`${platform.url}/chat/main.ts`, { headers: { 'If-None-Match': script.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    for (const name of ['tsconfig.json', '..%2fmain.ts', '%2e%2e%2fplatform%2ftokens.ts', 'toString'])
      expect((await fetch(`${platform.url}/chat/${name}`)).status).toBe(404);
  });
});

describe('the page about the sandbox', () => {
  test('names every person, route and fault, with a policy that lets nothing run', async () => {
    await platform.call('PUT', '/sandbox/faults/users', { mode: 'timeout', rate: 0.5 });
    const response = await fetch(`${platform.url}/about`, { headers: browser });
    const page = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    for (const { id, displayName } of people) for (const word of [id, displayName]) expect(page).toContain(word);
    for (const { method, path: route } of routesInWords) expect(page).toContain(`<code>${method} ${route}</code>`);
    expect(page.replaceAll(/\s+/g, '')).toContain('<td>users</td><td>timeout</td><td>0.5</td>');
    expect(page).not.toMatch(/<script|https?:\/\//);
  });
});

describe('the start page for others', () => {
  test.each([undefined, '*/*', 'application/json', 'application/json, text/html;q=0.5'])(
    'is JSON for whoever accepts %s',
    async (accept) => {
      const { headers, body } = await platform.call('GET', '/', undefined, accept === undefined ? {} : { accept });
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(body).toMatchObject({
        people: { performers: demoPerformers, users: demoUsers, admins: demoAdmins },
        faults: expect.arrayContaining([{ service: 'auth', mode: 'ok', rate: 1 }]),
        routes: routesInWords,
      });
    },
  );

  test('has the routes that there are, and no others', async () => {
    expect(routesInWords.map(({ method, path: route }) => `${method} ${route}`).toSorted()).toEqual(await registered());
  });

  test('agrees with docs/sandbox.md', async () => {
    const document = await readFile(path.resolve(import.meta.dirname, '../../../../docs/sandbox.md'), 'utf8');
    const documented = Array.from(document.matchAll(/^\| `((?:GET|POST|PUT|DELETE|PATCH) \S+)`/gm), ([, route = '']) => route);
    expect(documented.toSorted()).toEqual(await registered());
  });
});

describe('a fault of the message service', () => {
  test.each([
    ['error', 500],
    ['rate-limited', 503],
    ['ok', 200],
  ])('%s is seen in its health: %d', async (mode, status) => {
    await platform.call('PUT', '/sandbox/faults/messages', { mode });
    expect((await platform.call('GET', '/health')).status).toBe(status);
    expect((await platform.call('GET', '/livez')).status).toBe(200);
  });

  test('that never answers, or drops connections, does so there, too', async () => {
    await platform.call('PUT', '/sandbox/faults/messages', { mode: 'drop-after-effect' });
    await expect(platform.call('GET', '/health')).rejects.toThrow('fetch failed');
    await platform.call('PUT', '/sandbox/faults/messages', { mode: 'timeout' });
    await expect(fetch(`${platform.url}/health`, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test.each(['auth', 'users', 'performers', 'analytics'])('is not one of %s, which shows where that is asked for', async (service) => {
    await platform.call('PUT', `/sandbox/faults/${service}`, { mode: 'error' });
    expect((await platform.call('GET', '/health')).status).toBe(200);
    expect((await platform.call('GET', `/health?service=${service}`)).status).toBe(500);
  });

  test('of a service that there is not is not asked for', async () => {
    expect((await platform.call('GET', '/health?service=nobody')).status).toBe(400);
  });
});
