import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { backoffOf, jobCatalog, jobNames, parseJobData } from './catalog.ts';
import type { JobData, JobName } from './catalog.ts';

const message = {
  messageId: 'msg:2026.11',
  conversationId: 'c~1',
  modelId: randomUUID(),
  userId: randomUUID(),
  receivedAt: '2026-11-23T04:14:25.984+02:00',
  senderType: 'user' as const,
  automated: false,
};

describe('the job catalog', () => {
  test('a received message carries ids and times, never its text', () => {
    expect(parseJobData('message-received', message)).toEqual({ ...message, receivedAt: '2026-11-23T02:14:25.984Z' });
    expect(() => parseJobData('message-received', { ...message, text: 'hello' })).toThrow('text');
  });

  test.each([
    ['a time without an offset', { receivedAt: '2026-11-23T04:14:25' }],
    ['an id with a space', { messageId: 'a b' }],
    ['an id of 129 characters', { conversationId: 'x'.repeat(129) }],
    ['a model that is no UUID', { modelId: 'm1' }],
    ['an unknown kind of sender', { senderType: 'bot' }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => parseJobData('message-received', { ...message, ...wrong })).toThrow();
  });

  test('a time is written in one way in the queue, however it was reported', () => {
    for (const receivedAt of ['2026-11-23T04:14+02', '2026-11-23t02:14:00z', '2026-11-23T02:14Z', '2026-11-22T21:14:00,000-0500']) {
      expect(parseJobData('message-received', { ...message, receivedAt }).receivedAt).toBe('2026-11-23T02:14:00.000Z');
      const answer = { conversationId: 'c~1', modelId: message.modelId, answeredAt: receivedAt };
      expect(parseJobData('conversation-answered', answer).answeredAt).toBe('2026-11-23T02:14:00.000Z');
    }
  });

  const id = randomUUID();
  const examples: { [N in JobName]: Record<keyof JobData<N>, unknown> } = {
    'message-received': message,
    'conversation-answered': { conversationId: 'c~1', modelId: id, answeredAt: message.receivedAt },
    'send-auto-reply': { autoReplyId: id },
    'expire-mood': { modelId: id, version: 1 },
    'emit-events': { eventIds: [id] },
    'deliver-auto-reply': { autoReplyId: id },
    'deliver-notification': { notificationId: id },
  };

  test.each(jobNames)('null in the data of %s means that a field is not given', (name) => {
    const whole: Record<string, unknown> = examples[name];
    const outcomeOf = (data: unknown) => jobCatalog[name].data.safeParse(data);
    expect(outcomeOf(whole).success).toBe(true);
    for (const field of Object.keys(jobCatalog[name].data.shape)) {
      const { [field]: _, ...without } = whole;
      const [absent, isNull] = [outcomeOf(without), outcomeOf({ ...whole, [field]: null })];
      expect([field, isNull.success]).toEqual([field, absent.success]);
      if (absent.success) expect({ ...isNull.data }).toEqual({ ...absent.data });
    }
  });

  // None of these can be a segment of the path that a reply is sent to.
  const undeliverable = [
    '.',
    '..',
    '',
    ' ',
    '\t',
    ' c',
    'c ',
    'c\n',
    'a/b',
    '../c',
    'a\\b',
    'a?b',
    'a#b',
    '%2e',
    '%2e%2e',
    '.\u200b',
    'c\0',
    '\u2800',
    '\ud800',
    'é',
    '😀',
  ];

  test.each(undeliverable)('refuses %j as the id of a conversation, in messages and in answers', (conversationId) => {
    expect(() => parseJobData('message-received', { ...message, conversationId })).toThrow();
    const answer = { conversationId, modelId: message.modelId, answeredAt: message.receivedAt };
    expect(() => parseJobData('conversation-answered', answer)).toThrow();
  });

  test.each(['...', '.c', 'c.', '..c', '-', '~', ':', '0', 'x'.repeat(128)])('takes %j as the id of a conversation', (conversationId) => {
    expect(parseJobData('message-received', { ...message, conversationId })).toMatchObject({ conversationId });
    expect(new URL(`http://host/conversations/${encodeURIComponent(conversationId)}/messages`).pathname).toBe(
      `/conversations/${encodeURIComponent(conversationId)}/messages`,
    );
  });

  test('a batch of events has 1 to 100 of them', () => {
    const events = (count: number) => ({ eventIds: Array.from({ length: count }, () => randomUUID()) });
    expect(parseJobData('emit-events', events(100)).eventIds).toHaveLength(100);
    expect(() => parseJobData('emit-events', events(101))).toThrow();
    expect(() => parseJobData('emit-events', events(0))).toThrow();
  });

  test('a delivery is tried for about a minute', () => {
    const waits = (random: number) =>
      // The first wait is before the job: after the try that is made when the reply becomes due.
      Array.from({ length: jobCatalog['deliver-auto-reply'].retry.attempts }, (_, failures) =>
        backoffOf('deliver-auto-reply', failures, () => random),
      );
    const total = (random: number) => waits(random).reduce((sum, wait) => sum + wait, 0);
    expect(waits(0)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
    expect(total(0)).toBe(61_500);
    expect(total(0.5)).toBe(46_125);
  });

  test('a backoff is never longer than its bound and never shorter than the jitter allows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...jobNames),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (name, failures, random) => {
          const { backoffMs, jitter, maxBackoffMs } = jobCatalog[name].retry;
          const wait = backoffOf(name, failures, () => random);
          expect(wait).toBeLessThanOrEqual(maxBackoffMs);
          expect(wait).toBeGreaterThanOrEqual(Math.floor(Math.min(maxBackoffMs, backoffMs * 2 ** (failures - 1)) * (1 - jitter)));
        },
      ),
    );
  });
});
