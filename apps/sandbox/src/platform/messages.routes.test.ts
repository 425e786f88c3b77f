import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { openPlatform } from './platform.fixture.ts';
import type { PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.stop());

const message = () => ({ senderId: randomUUID(), recipientId: randomUUID(), text: 'Back soon!' });
const notification = () => ({ recipientId: randomUUID(), type: 'mood_reset', text: 'Your mood is neutral again' });
const send = (path: string, body: object, key?: string) =>
  platform.call('POST', path, body, key === undefined ? {} : { 'Idempotency-Key': key });

describe.each([
  ['a message', () => `/conversations/${randomUUID()}/messages`, message],
  ['a notification', () => '/notifications', notification],
])('sending %s', (_name, somePath, someBody) => {
  test('the first call creates it, a repeat under the same key returns the same without a second effect', async () => {
    const [path, body, key] = [somePath(), someBody(), randomUUID()];
    const first = await send(path, body, key);
    const repeat = await send(path, body, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ ...body, id: expect.any(String), sentAt: expect.any(String) });
    expect(first.headers.get('Idempotent-Replay')).toBeNull();
    expect(repeat.status).toBe(200);
    expect(repeat.headers.get('Idempotent-Replay')).toBe('true');
    expect(repeat.body).toEqual(first.body);
  });

  test('the same key with another text is a conflict', async () => {
    const [path, body, key] = [somePath(), someBody(), randomUUID()];
    await send(path, body, key);
    const answer = await send(path, { ...body, text: 'Something else' }, key);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ error: 'IDEMPOTENCY_CONFLICT' });
  });

  test('a call without Idempotency-Key is refused', async () => {
    const answer = await send(somePath(), someBody());
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'INVALID_REQUEST', message: expect.stringContaining('Idempotency-Key') });
  });

  test('a refused call does not use up its key', async () => {
    const [path, body, key] = [somePath(), someBody(), randomUUID()];
    expect((await send(path, { ...body, text: '' }, key)).status).toBe(400);
    expect((await send(path, body, key)).status).toBe(201);
  });
});

test('the same key in another conversation is a conflict, so no message lands in the wrong place', async () => {
  const [body, key] = [message(), randomUUID()];
  expect((await send('/conversations/one/messages', body, key)).status).toBe(201);
  expect((await send('/conversations/two/messages', body, key)).status).toBe(409);
});

test('fifty calls at once under one key leave one message', async () => {
  const [body, key, conversation] = [message(), randomUUID(), randomUUID()];
  const path = `/conversations/${conversation}/messages`;
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(path, body, key)));
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  expect((await platform.call('GET', `/sandbox/messages?conversationId=${conversation}`)).body).toEqual({
    messages: [
      expect.objectContaining({ ...body, conversationId: conversation, senderType: 'model', automated: true, idempotencyKey: key }),
    ],
  });
});

test('notifications are listed by recipient', async () => {
  const body = notification();
  await send('/notifications', body, randomUUID());
  await send('/notifications', notification(), randomUUID());
  expect((await platform.call('GET', `/sandbox/notifications?recipientId=${body.recipientId}`)).body).toEqual({
    notifications: [expect.objectContaining(body)],
  });
});

test('without a conversation the newest thousand messages come oldest first, with the total', async () => {
  const shape = z.object({ messages: z.array(z.object({ sentAt: z.string() })), total: z.number() });
  const { messages, total } = await platform.read(shape, 'GET', '/sandbox/messages');
  expect(total).toBeGreaterThanOrEqual(messages.length);
  expect(messages.map((one) => one.sentAt)).toEqual(messages.map((one) => one.sentAt).toSorted());
});

test.each(['senderId', 'recipientId', 'text'])('a message without %s is refused by name', async (field) => {
  const answer = await send('/conversations/c1/messages', { ...message(), [field]: undefined }, randomUUID());
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ message: expect.stringContaining(field) });
});
