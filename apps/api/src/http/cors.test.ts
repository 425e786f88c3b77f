import { describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';
import { routedPath } from '../panel/routed-path.ts';
import { shareWithOrigins } from './cors.ts';

const page = 'https://platform.example';
const mood = '/api/v1/mood/0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

function appFor(origins: readonly string[]): Hono<AuthEnv> {
  const app = new Hono<AuthEnv>({ getPath: routedPath });
  const { headers, preflights } = shareWithOrigins(origins);
  app.use(headers, preflights);
  app.all('*', (c) => c.text('answered', 418));
  return app;
}
async function ask(origins: readonly string[], path: string, given: Record<string, string>, method = 'GET') {
  const { status, headers } = await appFor(origins).request(path, { method, headers: given });
  return { status, origin: headers.get('access-control-allow-origin'), vary: headers.get('vary'), headers };
}

describe('pages of other origins', () => {
  test.each(['/api/v1/moods', '/api/v1/moods/stream', mood, '/badge.js'])('may read %s when they are allowed', async (path) => {
    expect(await ask([page], path, { origin: page })).toMatchObject({ status: 418, origin: page, vary: 'Origin' });
    for (const origin of ['https://elsewhere.example', `${page}.evil`, 'http://platform.example', 'null', page.toUpperCase()])
      expect(await ask([page], path, { origin })).toMatchObject({ status: 418, origin: null, vary: 'Origin' });
    // Without an origin the answer may be kept for others: caches have to know that it varies.
    expect(await ask([page], path, {})).toMatchObject({ origin: null, vary: 'Origin' });
    expect(await ask([], path, { origin: page })).toMatchObject({ origin: null, vary: null });
  });

  test.each([
    '/api/v1/mood/update',
    '/api/v1/mood/me',
    '/api/v1/mood/terms',
    `${mood}/history`,
    '/api/v1/mood/template',
    '/api/v1/admin/mood/models',
    '/panel/api/v1/moods',
    '/panel/api/v1/moods/stream',
    '/api/v1/moods/',
    '/openapi.json',
    '/ops/queues',
  ])('may not read %s', async (path) => {
    expect(await ask([page], path, { origin: page })).toMatchObject({ status: 418, origin: null, vary: null });
    const preflight = await ask([page], path, { origin: page, 'access-control-request-method': 'GET' }, 'OPTIONS');
    expect(preflight).toMatchObject({ status: 418, origin: null });
  });

  test('are told before that they may send a token, and nothing that changes anything', async () => {
    const asked = { origin: page, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    const { status, origin, vary, headers } = await ask([page], mood, asked, 'OPTIONS');
    expect([status, origin, headers.get('access-control-allow-methods'), headers.get('access-control-allow-headers')]).toEqual([
      204,
      page,
      'GET, HEAD',
      'Authorization, X-Request-Id',
    ]);
    expect(vary?.split(', ')).toContain('Origin');
    // A browser that got this would send cookies.
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect((await ask([page], mood, { ...asked, origin: 'https://elsewhere.example' }, 'OPTIONS')).status).toBe(418);
    expect((await ask([page], mood, { origin: page }, 'OPTIONS')).status).toBe(418);
    expect((await ask([], mood, asked, 'OPTIONS')).status).toBe(418);
  });
});
