import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { stopStandIns } from '@mood/testing/stand-ins';
import { json, modelId, refusalOf, serve } from './api.fake.ts';
import { createMoodClient } from './mood-client.ts';

afterEach(stopStandIns);

const found = { template: 'Hi {{userName}}', moodState: 'positive', variables: ['userName'] };
const mood = {
  modelId,
  moodState: 'positive',
  customMessage: 'Feeling great today!',
  autoRespond: true,
  responseDelay: 30,
  expiresAt: null,
  lastUpdated: '2026-01-02T15:45:00.000Z',
  updatedBy: 'model',
};
const greeting = { modelId, templateType: 'greeting' } as const;
const nthId = (n: number) => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('the client', () => {
  test('asks for a template by every criterion that is given, and no other', async () => {
    let seen: string | undefined;
    const baseUrl = await serve((request, response) => {
      seen = `${request.method} ${request.url} ${request.headers.authorization}`;
      json(200, { ...found, more: 1 })(request, response);
    });
    const client = createMoodClient({ baseUrl: `${baseUrl}/`, token: async () => 'secret' });
    const answer = await client.getTemplate({ ...greeting, userTier: 'gold', userId: undefined, locale: 'fr-CA' });
    expect(answer).toEqual({ ...found, degraded: false });
    expect(seen).toBe(`GET /api/v1/mood/template?modelId=${modelId}&templateType=greeting&userTier=gold&locale=fr-CA Bearer secret`);
  });

  test('has a message rendered', async () => {
    let body: unknown;
    const baseUrl = await serve((request, response) => {
      void (async () => {
        body = JSON.parse(await text(request));
        json(200, { renderedMessage: 'Thanks for $50', moodState: 'neutral' })(request, response);
      })();
    });
    const request = { modelId, templateType: 'tip_thank_you', variables: { amount: 50 } } as const;
    const rendered = await createMoodClient({ baseUrl, token: 't' }).renderTemplate(request);
    expect(rendered).toEqual({ renderedMessage: 'Thanks for $50', moodState: 'neutral', degraded: false });
    expect(body).toEqual(request);
  });

  test('reads a mood, and passes on that the mood system does not know better', async () => {
    const paths: (string | undefined)[] = [];
    const baseUrl = await serve((request, response) => {
      paths.push(request.url);
      json(200, mood, paths.length > 1 ? { 'Mood-Degraded': 'true' } : {})(request, response);
    });
    const client = createMoodClient({ baseUrl, token: 't' });
    expect(await client.getMood(modelId.toUpperCase())).toEqual({ ...mood, degraded: false });
    expect(await client.getMood(modelId)).toEqual({ ...mood, degraded: true });
    expect(paths).toEqual([`/api/v1/mood/${modelId}`, `/api/v1/mood/${modelId}`]);
    expect(client.fallbacks.getMood).toMatchObject({ unreachable: 0, 'server-error': 0, 'bad-answer': 0 });
  });

  test('reads the moods of many models, a hundred in a request and each model once', async () => {
    const sizes: number[] = [];
    const baseUrl = await serve((request, response) => {
      const ids = new URL(request.url ?? '', 'http://api').searchParams.get('modelIds')?.split(',') ?? [];
      sizes.push(ids.length);
      const [gone = '', ...there] = ids;
      json(200, { moods: there.map((id) => ({ ...mood, modelId: id })), notFound: [gone] })(request, response);
    });
    const ids = Array.from({ length: 250 }, (_, n) => nthId(n));
    const page = await createMoodClient({ baseUrl, token: 't' }).getMoods([...ids, nthId(7)]);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([50, 100, 100]);
    expect(page.moods.map((one) => one.modelId)).toEqual(ids.filter((_, n) => n % 100 !== 0));
    expect([page.notFound, page.degraded]).toEqual([[nthId(0), nthId(100), nthId(200)], false]);
  });

  test('knows the moods of no models without asking', async () => {
    const client = createMoodClient({ baseUrl: 'http://127.0.0.1:1', token: 't' });
    expect(await client.getMoods([])).toEqual({ moods: [], notFound: [], degraded: false });
  });
});

describe('the mistake of a caller', () => {
  test.each([
    [400, 'INVALID_REQUEST'],
    [401, 'UNAUTHORIZED'],
    [403, 'UNAUTHORIZED'],
    [404, 'MODEL_NOT_FOUND'],
    [404, 'TEMPLATE_NOT_FOUND'],
    [415, 'INVALID_REQUEST'],
    [422, 'TEMPLATE_RENDER_FAILED'],
  ])('that is answered with %i %s is refused, once and in the words of the mood system', async (status, code) => {
    let asked = 0;
    const baseUrl = await serve((request, response) => {
      asked += 1;
      json(status, { error: code, message: 'amount is missing' })(request, response);
    });
    const client = createMoodClient({ baseUrl, token: 't' });
    const calls = [client.getTemplate(greeting), client.renderTemplate(greeting), client.getMood(modelId), client.getMoods([modelId])];
    for (const refusal of await Promise.all(calls.map(refusalOf))) {
      expect(refusal).toMatchObject({ status, code, message: 'amount is missing' });
    }
    expect(asked).toBe(4);
  });

  test('is refused without asking when it is plain, also while nobody could be asked', async () => {
    const client = createMoodClient({ baseUrl: 'http://127.0.0.1:1', token: 't' });
    const elsewhere: unknown = { modelId, templateType: 'toString' };
    const calls = [
      client.getMood('../admin/mood/templates'),
      client.getMoods([modelId, 'template']),
      client.getMoods(Array.from({ length: 1_001 }, (_, n) => nthId(n))),
      client.getTemplate({ ...greeting, modelId: 'Sophia' }),
      // @ts-expect-error -- callers without types can do this
      client.renderTemplate(elsewhere),
    ];
    for (const refusal of await Promise.all(calls.map(refusalOf))) expect(refusal).toMatchObject({ status: null, code: 'INVALID_REQUEST' });
    expect(await refusalOf(client.getTemplate({ ...greeting, modelId: 'Sophia' }))).toHaveProperty('message', 'modelId: expected a UUID.');
  });

  test.each([
    ['baseUrl', { baseUrl: 'mood.example' }],
    ['baseUrl', { baseUrl: 'ftp://mood.example' }],
    ['baseUrl', { baseUrl: 'https://user:secret@mood.example' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['timeoutMs', { timeoutMs: 2 ** 31 }],
  ])('in %s shows when the client is made (%j)', (name, wrong) => {
    const make = () => createMoodClient({ baseUrl: 'https://mood.example', token: 't', ...wrong });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(name);
    expect(make).not.toThrow('secret');
  });
});
