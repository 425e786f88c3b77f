import { afterEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { idsShape, openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';
import { closeApis, openApi } from './mood-api.fake.ts';

const modelId = 'a0000000-0000-4000-8000-000000000001';
const messagesShape = z.object({
  messages: z.array(
    z.object({ text: z.string(), automated: z.boolean(), senderId: z.string(), occasion: z.string(), degraded: z.boolean().optional() }),
  ),
});

let platform: PlatformUnderTest | undefined;
afterEach(async () => {
  await platform?.stop();
  closeApis();
});

async function tip(on: PlatformUnderTest, more: object = {}): Promise<{ status: number; body: unknown; userId: string }> {
  const { ids } = await on.read(idsShape, 'POST', '/sandbox/users', { tier: 'gold', locale: 'fr-CA', timeZone: 'America/Toronto' });
  const [userId = ''] = ids;
  return { userId, ...(await on.call('POST', '/sandbox/conversations/c1/tips', { userId, modelId, amount: 12.5, ...more })) };
}

const sentTo = async (on: PlatformUnderTest) => (await on.read(messagesShape, 'GET', '/sandbox/messages?conversationId=c1')).messages;

describe('a user who tips', () => {
  test('gets the thanks that the mood system rendered, in the name of the model', async () => {
    const { url, seen } = await openApi(200, { renderedMessage: 'Merci!', moodState: 'positive' });
    platform = await openPlatform({ moodApiUrl: url });
    const { status, userId } = await tip(platform);
    expect(status).toBe(201);
    expect(await sentTo(platform)).toMatchObject([{ text: 'Merci!', automated: true, occasion: 'tip_thank_you', senderId: modelId }]);
    const variables = { userName: expect.any(String), amount: 12.5, currency: '$' };
    expect(seen).toEqual([
      {
        path: '/api/v1/mood/template/render',
        authorization: expect.stringMatching(/^Bearer ./),
        body: { modelId, templateType: 'tip_thank_you', userTier: 'gold', userId, locale: 'fr-CA', timeZone: 'America/Toronto', variables },
      },
    ]);
  });

  test('is thanked by a token that may render and nothing else, one for several tips', async () => {
    const { url, seen } = await openApi(200, { renderedMessage: 'Merci!', moodState: 'positive' });
    platform = await openPlatform({ moodApiUrl: url });
    await tip(platform);
    await tip(platform);
    const [first, second] = seen.map(({ authorization = '' }) => authorization.replace('Bearer ', ''));
    expect(first).toBe(second);
    const { body } = await platform.call('POST', '/oauth/introspect', { token: first });
    expect(body).toMatchObject({ active: true, role: 'service', scope: 'mood:render' });
  });

  test('is told so when the mood API refuses, and nothing is sent', async () => {
    const { url } = await openApi(422, { error: 'TEMPLATE_RENDER_FAILED', message: 'amount is missing' });
    platform = await openPlatform({ moodApiUrl: url });
    const { status, body } = await tip(platform);
    const message = expect.stringContaining('It answered 422 TEMPLATE_RENDER_FAILED: amount is missing');
    expect([status, body]).toMatchObject([503, { error: 'MOOD_API_UNAVAILABLE', message }]);
    expect(await sentTo(platform)).toEqual([]);
  });

  test('is told so when nobody has said where the mood API is, and nothing is sent', async () => {
    platform = await openPlatform({});
    const { status, body } = await tip(platform);
    expect([status, body]).toMatchObject([503, { error: 'MOOD_API_UNAVAILABLE', message: expect.stringContaining('MOOD_API_URL') }]);
    expect(await sentTo(platform)).toEqual([]);
  });

  test.each([
    ['fails', async () => (await openApi(500, {})).url],
    ['cannot be reached', async () => 'http://127.0.0.1:1'],
  ])('gets neutral thanks when the mood API %s', async (_name, urlOf) => {
    platform = await openPlatform({ moodApiUrl: await urlOf() });
    expect((await tip(platform)).status).toBe(201);
    const words = expect.stringMatching(/^Thank you for your tip, .+\.$/);
    expect(await sentTo(platform)).toMatchObject([{ text: words, senderId: modelId, degraded: true }]);
  });

  test.each([{ amount: 0 }, { amount: '50' }, { userId: 'x' }, { more: 1 }])('who sends %j is refused', async (wrong) => {
    platform = await openPlatform({ moodApiUrl: 'http://127.0.0.1:1' });
    expect((await tip(platform, wrong)).status).toBe(400);
  });

  test('and does not exist is not found', async () => {
    platform = await openPlatform({ moodApiUrl: 'http://127.0.0.1:1' });
    expect((await tip(platform, { userId: crypto.randomUUID() })).status).toBe(404);
  });
});
