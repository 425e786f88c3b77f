import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable, DomainError, errorCodes, MoodHeld, RateLimitExceeded, TookTooLong } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';
import { createErrorHandler, secondsUntil } from './errors.ts';
import { narrowable } from './narrowable.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);

/** What a caller gets when this is thrown. */
async function answerTo(thrown: Error, ...middleware: MiddlewareHandler<AuthEnv>[]) {
  const log = createCapturedLog();
  const app = new Hono<AuthEnv>();
  for (const each of middleware) app.use(each);
  app.get('/', () => {
    throw thrown;
  });
  app.onError(createErrorHandler(log.logger, () => now));
  const response = await app.request('/');
  return { status: response.status, body: await response.json(), retryAfter: response.headers.get('retry-after'), log };
}

describe('who may come again', () => {
  test.each([
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [90_000, 90],
    [0, 1],
    [-5_000, 1],
  ])('in %d ms is told %d s, so that it works then', (ms, seconds) => {
    expect(secondsUntil(later(ms), now)).toBe(seconds);
  });

  test('after the hourly limit is told when, by the clock of the database', async () => {
    const { status, body, retryAfter } = await answerTo(new RateLimitExceeded(later(90_500)));
    expect([status, retryAfter]).toEqual([429, '91']);
    expect(body).toMatchObject({ error: 'RATE_LIMIT_EXCEEDED', resetTime: later(90_500).toISOString() });
  });

  test('after a hold is told when', async () => {
    const { status, body, retryAfter } = await answerTo(new MoodHeld(later(61_000)));
    expect([status, retryAfter]).toEqual([409, '61']);
    expect(body).toMatchObject({ error: 'MOOD_HELD', heldUntil: later(61_000).toISOString() });
  });

  test('after an outage is told so, and it is one line in the log', async () => {
    const { status, body, retryAfter, log } = await answerTo(new DependencyUnavailable('database', { cause: new Error('refused') }));
    expect([status, retryAfter]).toEqual([503, '2']);
    expect(body).toMatchObject({ error: 'SYSTEM_ERROR' });
    expect(log.lines.map(({ level, msg }) => [level, msg])).toEqual([['warn', 'dependency unavailable']]);
  });
});

describe('a statement that took too long', () => {
  const tookTooLong = new TookTooLong({ cause: new Error('canceling statement due to statement timeout') });

  test('is a question to be narrowed where its caller decides how much is looked through', async () => {
    const { status, body, retryAfter, log } = await answerTo(tookTooLong, narrowable);
    expect([status, retryAfter]).toEqual([422, null]);
    expect(body).toEqual({ error: 'INVALID_REQUEST', message: expect.stringContaining('narrow the time') });
    expect(log.lines).toEqual([]);
  });

  test('is an outage everywhere else, and so is a database that is away where a question can be narrowed', async () => {
    expect((await answerTo(tookTooLong)).status).toBe(503);
    expect((await answerTo(new DependencyUnavailable('database'), narrowable)).status).toBe(503);
  });
});

test('an unexpected error tells the caller nothing of itself, and the log what it was', async () => {
  const { status, body, log } = await answerTo(new TypeError('relation "secret_table" does not exist'));
  expect(status).toBe(500);
  expect(body).toMatchObject({ error: 'SYSTEM_ERROR' });
  expect(JSON.stringify(body)).not.toMatch(/secret_table|TypeError|at /);
  expect(log.text()).toContain('unexpected error');
});

test.each(errorCodes)('%s is an error of the caller, or a 500', async (code) => {
  const { status, body } = await answerTo(new DomainError(code, 'In words.'));
  expect(status === 500).toBe(code === 'SYSTEM_ERROR');
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).toEqual({ error: code, message: 'In words.' });
});
