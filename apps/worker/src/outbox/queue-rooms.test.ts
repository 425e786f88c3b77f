import { randomUUID } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import type { OutboxPromise, OutboxStore } from '@mood/domain';
import { queueNames } from '@mood/queue';
import { createQueueRooms } from './queue-rooms.ts';

const most = 10;

/** @param counts what is found in the queues, each time that they are counted; nothing in those that are not named. */
function rooms(...counts: Record<string, { all: number; due: number }>[]) {
  const left = [...counts];
  const outstanding = jest.fn<OutboxStore['outstanding']>(async (queues) => {
    const found = left.shift();
    return new Map(queues.map((queue) => [queue, found?.[queue] ?? { all: 0, due: 0 }]));
  });
  return { outstanding, rooms: createQueueRooms({ outstanding }, most) };
}
const promises = (kind: string, count: number) =>
  Array.from({ length: count }, (): OutboxPromise => ({
    id: randomUUID(),
    kind,
    modelId: randomUUID(),
    jobId: randomUUID(),
    version: 1,
    remainingMs: 0,
  }));

describe('the room of a queue', () => {
  test('is all that it may hold while it is empty, and is not counted again before it could be full', async () => {
    const { outstanding, rooms: underTest } = rooms();
    for (let round = 0; round < 3; round += 1) {
      expect((await underTest.now()).get('auto-reply')).toEqual({ promises: most - round * 3, ahead: true });
      underTest.fill(promises('auto-reply', 3));
    }
    expect(outstanding).toHaveBeenCalledTimes(1);
    underTest.fill(promises('auto-reply', 1));
    // What was done meanwhile makes room.
    expect((await underTest.now()).get('auto-reply')).toEqual({ promises: most, ahead: true });
    expect(outstanding.mock.calls).toEqual([
      [queueNames.filter((queue) => queue !== 'analytics'), most],
      [['auto-reply'], most],
    ]);
  });

  test('is for what is due alone when it is full of what has to wait', async () => {
    const { rooms: underTest } = rooms({ 'mood-expiry': { all: most, due: 4 } });
    expect((await underTest.now()).get('mood-expiry')).toEqual({ promises: 6, ahead: false });
  });

  test('is none when it is full of what is due, which keeps no other queue waiting', async () => {
    const full = { 'auto-reply': { all: most, due: most } };
    const { outstanding, rooms: underTest } = rooms(full, full, {});
    for (let round = 0; round < 2; round += 1) {
      const now = await underTest.now();
      expect(now.get('auto-reply')).toEqual({ promises: 0, ahead: false });
      expect(now.get('message-delivery')).toEqual({ promises: most, ahead: true });
    }
    // Each round looks whether there is room again.
    expect((await underTest.now()).get('auto-reply')).toEqual({ promises: most, ahead: true });
    expect(outstanding).toHaveBeenCalledTimes(3);
  });

  test('is not bounded for events, so that who watches moods is told of changes while the analytics service is away', async () => {
    const { rooms: underTest } = rooms({ analytics: { all: most, due: most } });
    expect((await underTest.now()).has('analytics')).toBe(false);
  });
});
