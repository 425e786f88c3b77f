import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.stop());

const moodChanged = (modelId: string) => ({
  eventId: randomUUID(),
  eventType: 'mood_changed',
  modelId,
  timestamp: new Date().toISOString(),
  previousState: 'neutral',
  newState: 'positive',
});

test('events are kept with all their details and found by model', async () => {
  const event = moodChanged(randomUUID());
  const answer = await platform.call('POST', '/events', { events: [event, moodChanged(randomUUID())] });
  expect(answer).toMatchObject({ status: 202, body: { accepted: 2 } });
  expect((await platform.call('GET', `/sandbox/events?modelId=${event.modelId}`)).body).toEqual({ events: [event] });
});

test('an event that comes again, in the same batch or a later one, counts once', async () => {
  const [first, second] = [moodChanged(randomUUID()), moodChanged(randomUUID())];
  expect((await platform.call('POST', '/events', { events: [first, first] })).body).toEqual({ accepted: 1 });
  expect((await platform.call('POST', '/events', { events: [first, second] })).body).toEqual({ accepted: 1 });
  expect((await platform.call('GET', `/sandbox/events?modelId=${first.modelId}`)).body).toEqual({ events: [first] });
});

test.each([
  ['no event', []],
  ['101 events', Array.from({ length: 101 }, () => moodChanged(randomUUID()))],
  ['an event without eventId', [{ ...moodChanged(randomUUID()), eventId: undefined }]],
  ['an event whose time is no time', [{ ...moodChanged(randomUUID()), timestamp: 'yesterday' }]],
])('a batch with %s is refused', async (_name, events) => {
  expect((await platform.call('POST', '/events', { events })).status).toBe(400);
});
