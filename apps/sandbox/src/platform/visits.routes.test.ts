import { afterEach, expect, test } from '@jest/globals';
import { demoPerformers, demoUsers } from './demo-people.ts';
import { closeApis, openApi } from './mood-api.fake.ts';
import { openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest | undefined;
afterEach(async () => {
  await platform?.stop();
  closeApis();
});

const [sophia, john] = [demoPerformers[0], demoUsers[0]];
const people = { userId: john?.id, modelId: sophia?.id };
const path = (what: string) => `/sandbox/conversations/c1/${what}`;

test.each([
  ['greetings', 'greeting', 'Hello John!'],
  ['farewells', 'farewell', 'Bye, John!'],
])('%s: the model says what the mood system has rendered for that occasion', async (route, occasion, words) => {
  const { url, seen } = await openApi(200, { renderedMessage: words, moodState: 'neutral' });
  platform = await openPlatform({ moodApiUrl: url });
  const { status, body } = await platform.call('POST', path(route), people);
  const message = { text: words, occasion, automated: true, senderId: sophia?.id, recipientId: john?.id };
  expect([status, body]).toMatchObject([201, message]);
  expect((await platform.call('GET', '/sandbox/messages?conversationId=c1')).body).toMatchObject({ messages: [message] });
  const asked = { modelId: sophia?.id, templateType: occasion, userTier: 'gold', userId: john?.id, variables: { userName: 'John' } };
  expect(seen).toMatchObject([{ path: '/api/v1/mood/template/render', body: asked }]);
});

test.each([
  [404, 'NOT_FOUND', { ...people, userId: crypto.randomUUID() }],
  [400, 'INVALID_REQUEST', { ...people, userId: 'John' }],
  [400, 'INVALID_REQUEST', { ...people, text: 'Hi' }],
])('who enters is answered with %d %s for %j', async (status, error, body) => {
  platform = await openPlatform({ moodApiUrl: 'http://127.0.0.1:1' });
  expect(await platform.call('POST', path('greetings'), body)).toMatchObject({ status, body: { error } });
});
