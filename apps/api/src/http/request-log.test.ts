import { DependencyUnavailable, DomainError } from '@mood/domain';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';
import { answerNotFound, createErrorHandler } from './errors.ts';
import { frameRequests } from './frame.ts';
import { createRequestLog } from './request-log.ts';
import { answerHeaders } from './security-headers.ts';

function createAppUnderTest(overTls = false) {
  const log = createCapturedLog();
  const app = new Hono<AuthEnv>();
  app.use(frameRequests({ headers: answerHeaders(overTls), watchers: [createRequestLog(log.logger)] }));
  app.get('/api/mood/:modelId', (c) => {
    c.set('principal', { role: 'user', subject: 'Sophia', scopes: new Set() });
    log.logger.info('deep inside');
    return c.json({});
  });
  app.get('/api/page', (c) => c.html('<p>', 200, { 'Content-Security-Policy': "script-src 'self'", 'Cache-Control': 'max-age=5' }));
  app.on(['GET', 'POST'], '/api/refused', () => {
    throw new DomainError('VERSION_CONFLICT', 'Somebody was quicker than Sophia.');
  });
  app.post('/api/broken', () => {
    throw new Error('broken');
  });
  app.get('/api/away', () => {
    throw new DependencyUnavailable('auth');
  });
  app.notFound(answerNotFound);
  app.onError(createErrorHandler(log.logger));
  return { app, ...log };
}

describe('the log', () => {
  test('has one line per request, which leads to no person', async () => {
    const { app, lines, text } = createAppUnderTest();
    await app.request('/api/mood/Sophia?userName=Sophia', { headers: { authorization: 'Bearer Sophia', 'user-agent': 'Sophia' } });
    expect(lines.filter(({ msg }) => msg === 'request')).toEqual([
      {
        level: 'debug',
        time: expect.any(String),
        pid: process.pid,
        name: 'test',
        requestId: expect.any(String),
        method: 'GET',
        route: '/api/mood/:modelId',
        status: 200,
        durationMs: expect.any(Number),
        role: 'user',
        msg: 'request',
      },
    ]);
    expect(text()).not.toContain('Sophia');
  });

  test.each([
    ['GET', '/api/refused', 'info', 409, 'VERSION_CONFLICT', '/api/refused'],
    ['POST', '/api/refused', 'warn', 409, 'VERSION_CONFLICT', '/api/refused'],
    ['POST', '/api/broken', 'error', 500, 'SYSTEM_ERROR', '/api/broken'],
    ['GET', '/Sophia', 'info', 404, 'INVALID_REQUEST', 'none'],
    ['DELETE', '/api/mood/Sophia', 'warn', 404, 'INVALID_REQUEST', 'none'],
  ])('of %s %s has the level %s', async (method, path, level, status, errorCode, route) => {
    const { app, lines, text } = createAppUnderTest();
    await app.request(path, { method });
    expect(lines.at(-1)).toMatchObject({ level, method, status, errorCode, route });
    expect(text()).not.toContain('Sophia');
  });
});

describe('a flood of what is refused', () => {
  afterEach(() => void jest.useRealTimers());

  test.each([
    ['GET', '/nowhere', { 'nobody 404 INVALID_REQUEST': 440 }],
    ['DELETE', '/nowhere', { 'nobody 404 INVALID_REQUEST': 440 }],
    ['GET', '/api/refused', { 'nobody 409 VERSION_CONFLICT': 440 }],
    ['POST', '/api/refused', { 'nobody 409 VERSION_CONFLICT': 440 }],
    ['POST', '/api/broken', { 'nobody 500 SYSTEM_ERROR': 440 }],
    ['GET', '/api/away', { 'nobody 503 SYSTEM_ERROR': 440 }],
  ])('is a bounded number of lines, and one that counts the rest (%s %s)', async (method, path, kinds) => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    const { app, lines } = createAppUnderTest();
    for (let nth = 0; nth < 500; nth += 1) await app.request(path, { method });
    const told = lines.filter(({ level, msg }) => level !== 'debug' && msg.startsWith('request'));
    expect(told).toHaveLength(60);
    expect(lines.filter(({ msg }) => msg === 'dependency unavailable').length).toBeLessThanOrEqual(60);

    // What is of another kind is told all the same.
    await app.request('/api/refused', { method: path === '/api/refused' ? 'PUT' : 'POST' });
    expect(lines.findLast(({ msg }) => msg === 'request refused')?.['status']).toBe(path === '/api/refused' ? 404 : 409);

    const before = lines.length;
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(before).find(({ msg }) => msg === 'more requests were refused or failed in this minute')).toMatchObject({
      level: 'warn',
      count: 440,
      kinds,
    });
    await app.request(path, { method });
    expect(lines.at(-1)).toMatchObject({ method, route: path === '/nowhere' ? 'none' : path });
    expect(lines.at(-1)?.level).not.toBe('debug');
  });
});

describe('the id of a request', () => {
  test('is in its answer and in each of its log lines', async () => {
    const { app, lines } = createAppUnderTest();
    const { headers } = await app.request('/api/mood/1', { headers: { 'x-request-id': 'my-id_1' } });
    expect(headers.get('x-request-id')).toBe('my-id_1');
    expect(lines.map((line) => [line.msg, line['requestId']])).toEqual([
      ['deep inside', 'my-id_1'],
      ['request', 'my-id_1'],
    ]);
  });

  test.each(['', 'a'.repeat(65), 'a b', 'a=b', 'ä', '{"x":1}', '<b>'])('is ours when the client’s is %j', async (id) => {
    const { app } = createAppUnderTest();
    for (const path of ['/api/mood/1', '/nowhere', '/api/refused']) {
      const { headers } = await app.request(path, { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
  });
});

describe('every answer', () => {
  test.each(['/api/mood/1', '/api/refused', '/nowhere'])('forbids browsers whatever data does not need (%s)', async (path) => {
    const { headers } = await createAppUnderTest().app.request(path);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('keeps the policy that a page has of its own', async () => {
    const { headers } = await createAppUnderTest().app.request('/api/page');
    expect(headers.get('content-security-policy')).toBe("script-src 'self'");
    expect(headers.get('cache-control')).toBe('max-age=5');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('over HTTPS makes browsers insist on it', async () => {
    const { headers } = await createAppUnderTest(true).app.request('/api/mood/1');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  });
});
