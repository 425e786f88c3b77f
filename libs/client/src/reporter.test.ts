import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startStopwatch } from '@mood/testing/processor-time';
import { stopStandIns } from '@mood/testing/stand-ins';
import { json, modelId, serve, serveInTurn, serveNothing } from './api.fake.ts';
import { createMoodClient } from './mood-client.ts';
import { createReporter } from './reporter.ts';
import type { LostReport, Reporter, ReporterOptions } from './reporter.ts';

const reporters: Reporter[] = [];
afterEach(async () => {
  await Promise.all(reporters.splice(0).map((reporter) => reporter.close(0)));
  await stopStandIns();
});

const message = () => ({
  messageId: randomUUID(),
  conversationId: 'c-1',
  modelId,
  userId: randomUUID(),
  receivedAt: '2026-01-31T18:04:05.123Z',
  senderType: 'user' as const,
  automated: false,
});
const answer = { conversationId: 'c-1', modelId, answeredAt: '2026-01-31T18:05:00.000Z' };
const taken = json(202, { status: 'scheduled', autoReplyId: randomUUID(), dueAt: '2026-01-31T18:04:05.123Z', reason: null });

function reporterAt(baseUrl: string, options: Partial<ReporterOptions> = {}) {
  const told: LostReport[] = [];
  const reporter = createReporter({ baseUrl, token: 'secret', onLost: (lost) => told.push(lost), ...options });
  reporters.push(reporter);
  return { reporter, told };
}

/** Where nobody listens any more. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await promisify(server.close.bind(server))();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

describe('a report', () => {
  test('is posted with the token, ids and times only', async () => {
    const seen: unknown[] = [];
    const url = await serve(async (request, response) => {
      seen.push([request.method, request.url, request.headers.authorization, await bodyOf(request)]);
      json(202, request.url?.endsWith('answered') === true ? { cancelled: 1 } : { status: 'scheduled' })(request, response);
    });
    const { reporter, told } = reporterAt(url);
    const received = message();
    const intake = { status: 'scheduled', dueAt: null, reason: null };
    expect(await reporter.messageReceived(received)).toEqual({ reported: true, intake });
    expect(await reporter.conversationAnswered(answer)).toEqual({ reported: true });
    expect(seen).toEqual([
      ['POST', '/api/v1/auto-replies', 'Bearer secret', received],
      ['POST', '/api/v1/auto-replies/answered', 'Bearer secret', answer],
    ]);
    expect([told, reporter.pending]).toEqual([[], 0]);
  });

  test('says what the mood system decided, also in words that only a later release of it knows', async () => {
    const dueAt = '2026-01-31T18:04:10.123Z';
    const later = json(202, { status: 'ignored', autoReplyId: null, dueAt: null, reason: 'full_moon', more: 1 });
    const { url } = await serveInTurn(json(202, { status: 'scheduled', autoReplyId: randomUUID(), dueAt, reason: null }), later);
    const { reporter } = reporterAt(url);
    expect(await reporter.messageReceived(message())).toEqual({ reported: true, intake: { status: 'scheduled', dueAt, reason: null } });
    expect(await reporter.messageReceived(message())).toMatchObject({ intake: { status: 'ignored', reason: 'full_moon' } });
  });

  test.each([
    ['500', json(500, {})],
    ['503 with Retry-After', json(503, {}, { 'retry-after': '0' })],
    ['429', json(429, {})],
    ['a page that is no answer of the mood system', json(404, { oops: true })],
  ])('that is met by %s is made again until it is taken', async (_what, trouble) => {
    const { url, asked } = await serveInTurn(trouble, trouble, trouble, taken);
    const { reporter, told } = reporterAt(url);
    expect(await reporter.messageReceived(message())).toMatchObject({ reported: true });
    expect([asked(), told]).toEqual([4, []]);
  });

  test('that times out is made again', async () => {
    const { url } = await serveInTurn(() => {}, taken);
    const { reporter } = reporterAt(url, { timeoutMs: 200 });
    expect(await reporter.messageReceived(message())).toMatchObject({ reported: true });
  });

  test('waits for a token that fails at first', async () => {
    const url = await serve(taken);
    let asked = 0;
    const token = () => {
      asked += 1;
      if (asked < 3) throw new Error('the auth service is away');
      return 'token';
    };
    const { reporter } = reporterAt(url, { token });
    expect(await reporter.messageReceived(message())).toMatchObject({ reported: true });
  });
});

describe('a lost report', () => {
  test.each<[LostReport['reason'], RegExp, () => Promise<string>]>([
    [
      'refused',
      /scope auto-replies:write/,
      () => serve(json(403, { error: 'UNAUTHORIZED', message: 'The scope auto-replies:write is missing.' })),
    ],
    ['unavailable', /ECONNREFUSED/, closedPort],
    ['unavailable', /in time/, serveNothing],
    ['unavailable', /answered 500/, () => serve(json(500, {}))],
    ['unavailable', /answered 429/, () => serve(json(429, {}, { 'retry-after': '3600' }))],
  ])('(%s) is said in words, %s, and throws nothing', async (reason, words, at) => {
    // What is refused is told at once, however much time there is.
    const ms = reason === 'refused' ? 30_000 : 1_000;
    const { reporter, told } = reporterAt(await at(), { patienceMs: ms, timeoutMs: ms });
    const report = message();
    const outcome = await reporter.messageReceived(report);
    expect(outcome).toMatchObject({ reported: false, call: 'messageReceived', report, reason, cause: expect.stringMatching(words) });
    expect(told).toHaveLength(1);
    expect(outcome).toEqual({ reported: false, ...told[0] });
    expect(reporter.lost[reason]).toBe(1);
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  test.each([
    ['a text', { ...message(), text: 'hello' }],
    ['a time without a zone', { ...message(), receivedAt: '2026-01-31T18:04:05' }],
    ['an id that is none', { ...message(), conversationId: 'a/b' }],
    ['no id', { ...message(), messageId: '' }],
    ['a model that is none', { ...message(), modelId: 'Sophia' }],
    ['nothing', undefined],
  ])('for %s is none: nobody is asked', async (_what, wrong) => {
    const { url, asked } = await serveInTurn(taken);
    const { reporter } = reporterAt(url);
    // @ts-expect-error -- callers without types can do this
    expect(await reporter.messageReceived(wrong)).toMatchObject({ reported: false, reason: 'not-a-report' });
    expect(asked()).toBe(0);
  });

  test('rejects when that is asked for, and is told as well', async () => {
    const { reporter, told } = reporterAt('http://127.0.0.1:1', { patienceMs: 0, throwWhenLost: true });
    await expect(reporter.conversationAnswered(answer)).rejects.toMatchObject({ name: 'MoodClientError', code: 'UNREACHABLE' });
    expect(told).toMatchObject([{ call: 'conversationAnswered', reason: 'unavailable' }]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('log is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('log is full'))],
  ])('hurts nobody when onLost %s', async (_how, onLost) => {
    const { reporter } = reporterAt('http://127.0.0.1:1', { patienceMs: 0, onLost });
    expect(await reporter.messageReceived(message())).toMatchObject({ reported: false });
  });
});

describe('many reports', () => {
  test('wait up to maxPending; one more is lost at once', async () => {
    const { reporter, told } = reporterAt(await serveNothing(), { maxPending: 30 });
    const calls = Array.from({ length: 40 }, () => reporter.messageReceived(message()));
    await Promise.all(calls.slice(30));
    expect([reporter.pending, reporter.lost.full, told.length]).toEqual([30, 10, 10]);
    await reporter.close(0);
    await Promise.all(calls);
    expect([reporter.pending, reporter.lost]).toMatchObject([0, { full: 10, closed: 30 }]);
  });

  test('go ten at a time, and all arrive', async () => {
    let open = 0;
    let most = 0;
    const url = await serve((request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        taken(request, response);
      }, 10);
    });
    const { reporter } = reporterAt(url, { timeoutMs: 20_000 });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => reporter.messageReceived(message())));
    expect(outcomes.every(({ reported }) => reported)).toBe(true);
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(1);
  });
});

describe('closing', () => {
  test('waits for what is on its way', async () => {
    const url = await serve((request, response) => void setTimeout(() => taken(request, response), 300));
    const { reporter } = reporterAt(url, { timeoutMs: 20_000 });
    const call = reporter.messageReceived(message());
    await reporter.close(20_000);
    expect(await call).toMatchObject({ reported: true });
    expect(await reporter.messageReceived(message())).toMatchObject({ reported: false, reason: 'closed' });
  });

  test('gives up what waits for its next attempt', async () => {
    const { reporter, told } = reporterAt('http://127.0.0.1:1', { patienceMs: 900_000 });
    const call = reporter.messageReceived(message());
    await reporter.close(50);
    expect(await call).toMatchObject({ reported: false, reason: 'closed' });
    expect(told).toHaveLength(1);
  });

  test.each([429, 500, 503])('gives up what waits because the answer %i asked it to', async (status) => {
    let answered = (): void => {};
    const first = new Promise<void>((resolve) => (answered = resolve));
    const refuse = json(status, {}, { 'retry-after': '30' });
    const url = await serve((request, response) => {
      refuse(request, response);
      response.once('close', answered);
    });
    const { reporter, told } = reporterAt(url, { timeoutMs: 60_000, patienceMs: 900_000 });
    const call = reporter.messageReceived(message());
    await first;
    const elapsed = startStopwatch();
    await reporter.close(200);
    expect(elapsed()).toBeLessThan(10_000);
    expect(await call).toMatchObject({ reported: false, reason: 'closed' });
    expect(told).toHaveLength(1);
  });
});

describe('a reporter or client that could never work', () => {
  test.each([
    ['token is empty', { token: '' }],
    ['token is empty', { token: ' \n' }],
    ['token is empty', { token: undefined }],
    ['token is empty', { token: null }],
    ['token is empty', { token: 7 }],
    ['blank or a line break', { token: 'hunter2\n' }],
    ['blank or a line break', { token: 'Bearer hunter2' }],
    ['blank or a line break', { token: 'hunter2…' }],
    ['baseUrl', { baseUrl: 'mood.example' }],
    ['baseUrl', { baseUrl: 'https://user:hunter2@mood.example' }],
    ['timeoutMs', { timeoutMs: 0 }],
  ])('is refused when it is made: %s (%j)', (words, wrong) => {
    const options = { baseUrl: 'https://mood.example', token: 't', ...wrong };
    for (const create of [createReporter, createMoodClient]) {
      // @ts-expect-error -- callers without types can do this
      const make = () => create(options);
      expect(make).toThrow(TypeError);
      expect(make).toThrow(words);
      expect(make).not.toThrow('hunter2');
    }
  });

  test.each([
    ['patienceMs', { patienceMs: -1 }],
    ['patienceMs', { patienceMs: 900_001 }],
    ['maxPending', { maxPending: 0 }],
    ['maxPending', { maxPending: Number.NaN }],
  ])('is refused for its %s (%j)', (words, wrong) => {
    expect(() => createReporter({ baseUrl: 'https://mood.example', token: 't', ...wrong })).toThrow(words);
  });
});

test.each([
  ['unreachable', 'ECONNREFUSED', closedPort],
  ['timeout', 'did not answer in time', serveNothing],
  ['server-error', 'answered 503', () => serve(json(503, {}, { 'retry-after': '60' }))],
  ['bad-answer', 'answered 404 that is not', () => serve(json(404, {}))],
])('onFallback gets the cause of %s in words: %s', async (reason, words, at) => {
  const told: unknown[] = [];
  const onFallback = (fallback: unknown) => told.push(fallback);
  await createMoodClient({ baseUrl: await at(), token: 'secret', timeoutMs: 500, onFallback }).getMood(modelId);
  expect(told).toEqual([{ call: 'getMood', reason, cause: expect.stringContaining(words), error: expect.any(Error) }]);
});

test('onFallback gets the words of a token function that fails, without the token', async () => {
  const told: string[] = [];
  const token = () => {
    throw new Error('auth answered 500 to Bearer abc.def');
  };
  await createMoodClient({ baseUrl: 'http://127.0.0.1:1', token, onFallback: ({ cause }) => told.push(cause) }).getMood(modelId);
  expect(told).toEqual([expect.stringContaining('auth answered 500')]);
  expect(told[0]).not.toContain('abc.def');
});
