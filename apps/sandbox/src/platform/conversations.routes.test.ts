import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { createRecordingProducer, openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
afterEach(() => platform.stop());

const conversation = randomUUID();
const [userId, modelId] = [randomUUID(), randomUUID()];
const messagesPath = `/sandbox/conversations/${conversation}/messages`;
const answersPath = `/sandbox/conversations/${conversation}/answers`;
const stored = async () => (await platform.call('GET', `/sandbox/messages?conversationId=${conversation}`)).body;

test("a user's message is stored and handed to the auto-reply queue without its text", async () => {
  const producer = createRecordingProducer();
  platform = await openPlatform({ producer });
  const { status, body } = await platform.call('POST', messagesPath, { userId, modelId, text: 'Hello?' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ senderId: userId, senderType: 'user', automated: false, recipientId: modelId, text: 'Hello?' });
  expect(await stored()).toEqual({ messages: [body] });
  expect(producer.received).toEqual([
    {
      messageId: expect.any(String),
      conversationId: conversation,
      modelId,
      userId,
      receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      senderType: 'user',
      automated: false,
    },
  ]);
  expect(body).toMatchObject({ id: producer.received[0]?.messageId, sentAt: producer.received[0]?.receivedAt });
});

test("the model's own answer is stored as not automated and ends the wait for an auto-reply", async () => {
  const producer = createRecordingProducer();
  platform = await openPlatform({ producer });
  const { status, body } = await platform.call('POST', answersPath, { modelId });
  expect(status).toBe(201);
  expect(body).toMatchObject({ senderId: modelId, senderType: 'model', automated: false, text: expect.stringMatching(/\w/) });
  expect(producer.answered).toEqual([{ conversationId: conversation, modelId, answeredAt: expect.stringMatching(/Z$/) }]);
});

test.each([messagesPath, answersPath])('without a queue %s answers 503, says what to set, and stores nothing', async (path) => {
  platform = await openPlatform();
  const answer = await platform.call('POST', path, path === messagesPath ? { userId, modelId, text: 'Hello?' } : { modelId });
  expect(answer.status).toBe(503);
  expect(answer.body).toEqual({ error: 'AUTO_REPLY_UNAVAILABLE', message: expect.stringContaining('DATABASE_URL') });
  expect(await stored()).toEqual({ messages: [] });
});

test('when the queue fails the caller learns it, and the message stays in the conversation', async () => {
  const producer = { ...createRecordingProducer(), messageReceived: () => Promise.reject(new Error('queue is down')) };
  platform = await openPlatform({ producer });
  const answer = await platform.call('POST', messagesPath, { userId, modelId, text: 'Hello?' });
  expect(answer.status).toBe(503);
  expect(JSON.stringify(answer.body)).not.toContain('queue is down');
  expect(await stored()).toMatchObject({ messages: [{ text: 'Hello?' }] });
});

test('a message without a text is refused and never reaches the queue', async () => {
  const producer = createRecordingProducer();
  platform = await openPlatform({ producer });
  expect((await platform.call('POST', messagesPath, { userId, modelId })).status).toBe(400);
  expect(producer.received).toEqual([]);
});
