import { inspect } from 'node:util';
import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startStopwatch } from '@mood/testing/processor-time';
import { stopStandIns } from '@mood/testing/stand-ins';
import { json, modelId, serve, serveInTurn, serveNothing } from './api.fake.ts';
import type { Fallback } from './fallbacks.ts';
import { createMoodClient } from './mood-client.ts';
import type { MoodClientOptions } from './mood-client.ts';

afterEach(stopStandIns);

const greeting = { modelId, templateType: 'greeting' } as const;
const rendered = { renderedMessage: 'Hi John', moodState: 'positive' };
const neutralMood = {
  modelId,
  moodState: 'neutral',
  customMessage: null,
  autoRespond: false,
  responseDelay: 0,
  expiresAt: null,
  lastUpdated: expect.any(String),
  updatedBy: 'model',
  degraded: true,
};

function clientOf(options: Partial<MoodClientOptions> & { baseUrl: string }) {
  const told: Pick<Fallback, 'call' | 'reason'>[] = [];
  const client = createMoodClient({
    token: 't',
    onFallback: ({ call, reason }) => told.push({ call, reason }),
    ...options,
  });
  return { client, told };
}

/** Sends for as long as somebody reads. */
function sendEndlessly(response: ServerResponse, chunk: string): void {
  const more = () => {
    while (!response.destroyed && response.write(chunk));
    response.once('drain', more);
  };
  more();
}

const outages: [string, string, () => Promise<string>][] = [
  ['is stopped', 'unreachable', async () => 'http://127.0.0.1:1'],
  ['hangs up', 'unreachable', () => serve((_request, response) => void response.destroy())],
  ['takes the connection and never answers', 'timeout', serveNothing],
  ['never answers the request', 'timeout', () => serve(() => {})],
  ['stops in the middle of its answer', 'timeout', () => serve((_request, response) => void response.write('{"template":'))],
  ['answers 500', 'server-error', () => serve(json(500, { error: 'SYSTEM_ERROR', message: 'Something went wrong on our side.' }))],
  ['answers 502 with the page of a proxy', 'server-error', () => serve((_request, response) => void response.writeHead(502).end('<html>'))],
  [
    'answers 500 and does not stop',
    'server-error',
    () => serve((_, response) => sendEndlessly(response.writeHead(500), 'x'.repeat(65_536))),
  ],
  ['answers 503 and asks to come back later', 'server-error', () => serve(json(503, {}, { 'retry-after': '30' }))],
  ['answers 429 and asks to come back later', 'rate-limited', () => serve(json(429, {}, { 'retry-after': '60' }))],
  ['answers no JSON', 'bad-answer', () => serve((_request, response) => void response.end('<html>'))],
  ['answers JSON of another shape', 'bad-answer', () => serve(json(200, { template: 1, renderedMessage: null, moodState: 'furious' }))],
  ['answers nothing', 'bad-answer', () => serve((_request, response) => void response.writeHead(204).end())],
  ['is a proxy that knows no way to it', 'bad-answer', () => serve((_, response) => void response.writeHead(404).end('default backend'))],
  ['answers endlessly', 'bad-answer', () => serve((_, response) => sendEndlessly(response.writeHead(200), 'x'.repeat(65_536)))],
];

describe('while the mood system', () => {
  test.each(outages)('%s, every call is answered neutrally, in time, and counted as %s', async (_how, reason, start) => {
    const timeoutMs = reason === 'timeout' ? 500 : 10_000;
    const { client, told } = clientOf({ baseUrl: await start(), timeoutMs });
    const elapsed = startStopwatch();
    const answers = await Promise.all([
      client.getTemplate(greeting),
      client.renderTemplate({ modelId, templateType: 'tip_thank_you', variables: { userName: 'John', amount: 50 } }),
      client.getMood(modelId),
      client.getMoods([modelId]),
    ]);
    // The time is the claim here: within the deadline, with room for a busy machine.
    expect(elapsed()).toBeLessThan(timeoutMs + 4_000);
    expect(answers).toEqual([
      { template: 'Hello {{userName|there}}, welcome to the chat.', moodState: 'neutral', variables: ['userName'], degraded: true },
      { renderedMessage: 'Thank you for your tip, John.', moodState: 'neutral', degraded: true },
      neutralMood,
      { moods: [neutralMood], notFound: [], degraded: true },
    ]);
    const calls = ['getTemplate', 'renderTemplate', 'getMood', 'getMoods'] as const;
    expect(calls.map((call) => client.fallbacks[call])).toMatchObject(calls.map(() => ({ [reason]: 1 })));
    expect(told.toSorted((a, b) => a.call.localeCompare(b.call))).toEqual(calls.toSorted().map((call) => ({ call, reason })));
  });

  test.each([
    ['greeting', 'Hello there, welcome to the chat.'],
    ['farewell', 'Thank you for your time, and until next time. Goodbye!'],
    ['auto_response', 'Thank you for your message, it has arrived. You will get an answer as soon as possible.'],
    ['tip_thank_you', 'Thank you for your tip, it is much appreciated.'],
  ] as const)('is away, there is a neutral %s', async (templateType, words) => {
    const { client } = clientOf({ baseUrl: 'http://127.0.0.1:1' });
    expect(await client.renderTemplate({ modelId, templateType })).toMatchObject({ renderedMessage: words, degraded: true });
  });

  test.each([
    ['<img src=x onerror=alert(1)>John', 'Hello John, welcome to the chat.'],
    ['{{tier}} $&', 'Hello {{tier}} $&, welcome to the chat.'],
    ['', 'Hello there, welcome to the chat.'],
    [42, 'Hello 42, welcome to the chat.'],
  ])('is away, the value %j is as inert as ever', async (userName, words) => {
    const { client } = clientOf({ baseUrl: 'http://127.0.0.1:1' });
    expect((await client.renderTemplate({ ...greeting, variables: { userName } })).renderedMessage).toBe(words);
  });

  test('fails for some of the models, the others are known', async () => {
    const mood = { ...neutralMood, lastUpdated: '2026-01-02T15:45:00.000Z', moodState: 'positive', degraded: undefined };
    const baseUrl = await serve((request, response) => {
      const ids = new URL(request.url ?? '', 'http://api').searchParams.get('modelIds')?.split(',') ?? [];
      const answer = ids.length === 100 ? json(200, { moods: ids.map((id) => ({ ...mood, modelId: id })), notFound: [] }) : json(500, {});
      answer(request, response);
    });
    const { client, told } = clientOf({ baseUrl });
    const ids = Array.from({ length: 130 }, (_, n) => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    const page = await client.getMoods(ids);
    expect(page.moods.map((one) => [one.modelId, one.degraded])).toEqual(ids.map((id, n) => [id, n >= 100]));
    expect([page.degraded, told]).toEqual([true, [{ call: 'getMoods', reason: 'server-error' }]]);
  });

  test.each<[string, () => unknown]>([
    [
      'at once',
      () => {
        throw new Error('no metrics today');
      },
    ],
    ['later', () => Promise.reject(new Error('no metrics today'))],
  ])('is away, whoever cannot count it (%s) still gets an answer', async (_when, onFallback) => {
    const { client } = clientOf({ baseUrl: 'http://127.0.0.1:1', onFallback: () => onFallback() });
    expect(await client.getMood(modelId)).toMatchObject({ degraded: true });
    expect(client.fallbacks.getMood.unreachable).toBe(1);
  });
});

describe('without a token', () => {
  test.each<[string, MoodClientOptions['token']]>([
    ['cannot be had', () => Promise.reject(new Error('the auth service is down'))],
    [
      'cannot be made',
      () => {
        throw new Error('no key');
      },
    ],
    ['does not come in time', () => new Promise<string>(() => {})],
    ['is empty', () => ''],
    ['cannot be sent', () => 'se\ncret'],
  ])('because it %s, nobody is asked, and the answer is neutral', async (_how, token) => {
    const { url, asked } = await serveInTurn(json(200, rendered));
    const errors: string[] = [];
    const { client } = clientOf({
      baseUrl: url,
      token,
      timeoutMs: 200,
      onFallback: ({ error }) => errors.push(inspect(error, { depth: Infinity })),
    });
    expect(await client.renderTemplate(greeting)).toMatchObject({ degraded: true });
    expect([asked(), client.fallbacks.renderTemplate['no-token']]).toEqual([0, 1]);
    expect(errors.join()).toContain('MoodClientError');
    expect(errors.join()).not.toContain('cret');
  });
});

describe('a second attempt', () => {
  const good = json(200, rendered);
  const worthIt: [string, RequestListener][] = [
    ['the connection broke', (_request, response) => void response.destroy()],
    ['it answered 500', json(500, {})],
    ['it answered 503', json(503, {})],
    ['it answered 429', json(429, {}, { 'retry-after': '0' })],
    ['it answered 429 with a date', json(429, {}, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' })],
  ];

  test.each(worthIt)('is made when %s', async (_how, bad) => {
    const { url, asked } = await serveInTurn(bad, good);
    const { client, told } = clientOf({ baseUrl: url, timeoutMs: 5_000 });
    expect(await client.renderTemplate(greeting)).toEqual({ ...rendered, degraded: false });
    expect([asked(), told]).toEqual([2, []]);
  });

  test('waits for as long as the mood system asks, if that fits into the time of the call', async () => {
    const { url, asked } = await serveInTurn(json(429, {}, { 'retry-after': '1' }), good);
    const { client } = clientOf({ baseUrl: url, timeoutMs: 10_000 });
    const begun = performance.now();
    expect(await client.renderTemplate(greeting)).toMatchObject({ degraded: false });
    expect(performance.now() - begun).toBeGreaterThan(950);
    expect(asked()).toBe(2);
  });

  test('is the last', async () => {
    const { url, asked } = await serveInTurn(json(500, {}));
    const { client } = clientOf({ baseUrl: url, timeoutMs: 5_000 });
    expect(await client.renderTemplate(greeting)).toMatchObject({ degraded: true });
    expect(asked()).toBe(2);
  });

  const hopeless: [string, RequestListener][] = [
    ['asks to come back too late', json(503, {}, { 'retry-after': '30' })],
    ['answers something unreadable', (_request, response) => void response.end('{')],
    ['sends elsewhere', (_request, response) => void response.writeHead(302, { location: '/api/v1/elsewhere' }).end()],
  ];

  test.each(hopeless)('is not made when it %s', async (_how, bad) => {
    const { url, asked } = await serveInTurn(bad, good);
    const { client } = clientOf({ baseUrl: url });
    expect(await client.renderTemplate(greeting)).toMatchObject({ degraded: true });
    expect(asked()).toBe(1);
  });
});
