import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { OutboxPromise } from '@mood/domain';
import { promiseKindOf, promiseKinds } from '@mood/queue';
import { jobsFor } from './relay.ts';

function promised(kind: string, given: Partial<OutboxPromise> = {}): OutboxPromise {
  return { id: randomUUID(), kind, modelId: randomUUID(), jobId: randomUUID(), version: null, remainingMs: -5, ...given };
}

describe('the jobs of claimed promises', () => {
  test('carry ids, wait until the promise is due, and give way to a newer mood', () => {
    const notification = promised('notification');
    const reply = promised('auto-reply', { remainingMs: 2_500 });
    const ending = promised('mood-expiry', { version: 7, remainingMs: 60_000 });
    expect(jobsFor([notification, reply, ending])).toEqual([
      { name: 'deliver-notification', data: { notificationId: notification.id }, jobId: notification.jobId, delayMs: 0, replace: false },
      { name: 'send-auto-reply', data: { autoReplyId: reply.id }, jobId: reply.jobId, delayMs: 2_500, replace: false },
      { name: 'expire-mood', data: { modelId: ending.modelId, version: 7 }, jobId: ending.jobId, delayMs: 60_000, replace: true },
    ]);
  });

  test('are shared by events of all kinds, as the claim shared them out', () => {
    const [one, two, other] = [
      promised('mood-changed', { jobId: 'events-1-0', version: 2 }),
      promised('auto-reply-sent', { jobId: 'events-1-0' }),
      promised('mood-changed', { jobId: 'events-1-1', version: 3 }),
    ];
    expect(jobsFor([one, two, other])).toEqual([
      { name: 'emit-events', data: { eventIds: [one.id, two.id] }, jobId: 'events-1-0', delayMs: 0, replace: false },
      { name: 'emit-events', data: { eventIds: [other.id] }, jobId: 'events-1-1', delayMs: 0, replace: false },
    ]);
  });

  test.each(Object.keys(promiseKinds))('there are for a promise of the kind %s', (kind) => {
    const jobs = jobsFor([promised(kind, { version: 1 })]);
    expect(jobs).toHaveLength(1);
    expect(promiseKindOf(kind).data.safeParse(jobs[0]?.data).success).toBe(true);
  });

  test('are not made up for a kind without an entry', () => {
    expect(() => jobsFor([promised('unheard-of')])).toThrow('unheard-of');
  });
});
