import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { demoPerformers, demoUsers } from './demo-people.ts';
import { closeApis, openApi } from './mood-api.fake.ts';
import { openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

const dueAt = '2030-01-02T03:04:05.000Z';
const people = { userId: demoUsers[0]?.id, modelId: demoPerformers[0]?.id };
const path = (what: string) => `/sandbox/conversations/c1/${what}`;

let platform: PlatformUnderTest;
let leave: AbortController;
beforeEach(async () => {
  leave = new AbortController();
  const { url } = await openApi(200, { renderedMessage: 'Hi!', moodState: 'neutral', status: 'scheduled', dueAt });
  platform = await openPlatform({ moodApiUrl: url });
});
afterEach(async () => {
  leave.abort();
  await platform.stop();
  closeApis();
});

/** @returns what reads the next event of a stream: its name and its data. */
async function listen(query: string): Promise<() => Promise<[event: string, data: any]>> {
  const response = await fetch(`${platform.url}/sandbox/live${query}`, { signal: leave.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async () => {
    for (;;) {
      const found = /^event: (\w+)\ndata: (.*)\n\n/m.exec(text);
      if (found !== null) {
        text = text.slice(found.index + found[0].length);
        return [found[1] ?? '', JSON.parse(found[2] ?? '')];
      }
      const { value, done } = (await reader?.read()) ?? { value: '', done: true };
      if (done) return ['end', undefined];
      text += value;
    }
  };
}

test('a conversation is told of from what it is at first, each thing in its order, until the reply that was waited for', async () => {
  await platform.call('POST', path('greetings'), people);
  const next = await listen('?conversationId=c1');
  expect(await next()).toEqual([
    'conversation',
    {
      messages: [expect.objectContaining({ occasion: 'greeting' })],
      moments: [expect.objectContaining({ what: 'entered' })],
      report: null,
    },
  ]);
  const { body: written } = await platform.call('POST', path('messages'), { ...people, text: 'Two\nlines', over: 'rest' });
  expect(await next()).toEqual(['message', written]);
  expect(await next()).toEqual(['report', { messageId: expect.any(String), status: 'scheduled', dueAt, reason: null }]);
  const reply = { senderId: people.modelId, recipientId: people.userId, text: 'Soon!' };
  await platform.call('POST', '/conversations/c1/messages', reply, { 'Idempotency-Key': 'k1' });
  await platform.call('POST', '/conversations/c1/messages', reply, { 'Idempotency-Key': 'k1' });
  expect(await next()).toMatchObject(['message', { text: 'Soon!', automated: true }]);
  expect(await next()).toEqual(['report', null]);
  await platform.call('POST', path('tips'), { ...people, amount: 5 });
  expect(await next()).toMatchObject(['moment', { what: 'tipped', amount: 5, currency: '$' }]);
  expect(await next()).toMatchObject(['message', { occasion: 'tip_thank_you' }]);
  await platform.call('POST', path('farewells'), people);
  expect(await next()).toMatchObject(['moment', { what: 'left' }]);
});

test('who comes later still sees what is waited for; an answer of the model ends it; a reset forgets all', async () => {
  const first = await listen('?conversationId=c1');
  await first();
  await platform.call('POST', path('messages'), { ...people, text: 'Hello?', over: 'rest' });
  expect([(await first())[0], (await first())[0]]).toEqual(['message', 'report']);
  const next = await listen('?conversationId=c1');
  expect(await next()).toMatchObject(['conversation', { report: { status: 'scheduled', dueAt } }]);
  await platform.call('POST', path('answers'), { ...people, over: 'rest' });
  expect([(await next())[0], await next()]).toEqual(['message', ['report', null]]);
  await platform.call('POST', '/sandbox/reset');
  expect(await next()).toMatchObject(['changed', {}]);
  expect(await next()).toEqual(['conversation', { messages: [], moments: [], report: null }]);
});

test('other conversations are not told of, lists are, whichever is open', async () => {
  const next = await listen('');
  await platform.call('POST', path('greetings'), people);
  await platform.call('POST', '/sandbox/users', { tier: 'free' });
  expect(await next()).toEqual(['changed', { lists: ['people'] }]);
  await platform.call('PUT', '/sandbox/faults/users', { mode: 'error' });
  expect(await next()).toEqual(['changed', { lists: ['faults'] }]);
});

test('a stream ends when the sandbox stops', async () => {
  const next = await listen('?conversationId=c1');
  await next();
  await platform.stop();
  expect(await next()).toEqual(['end', undefined]);
});

test('a report that the mood API refuses is said to be lost, and the message stays', async () => {
  const { url } = await openApi(403, { error: 'UNAUTHORIZED', message: 'The scope is missing.' });
  await platform.stop();
  platform = await openPlatform({ moodApiUrl: url });
  const next = await listen('?conversationId=c1');
  await next();
  await platform.call('POST', path('messages'), { ...people, text: 'Hello?', over: 'rest' });
  expect(await next()).toMatchObject(['message', { text: 'Hello?' }]);
  expect(await next()).toMatchObject(['report', { status: 'lost', reason: 'The scope is missing.' }]);
});

test.each(['messages', 'answers'])('without the mood API nothing is reported over REST, and %s stores nothing', async (what) => {
  await platform.stop();
  platform = await openPlatform();
  const answer = await platform.call('POST', path(what), { ...people, text: 'Hello?', over: 'rest' });
  expect([answer.status, answer.body]).toMatchObject([503, { error: 'MOOD_API_UNAVAILABLE' }]);
  expect((await platform.call('GET', '/sandbox/messages')).body).toMatchObject({ messages: [] });
});
