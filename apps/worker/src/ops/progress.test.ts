import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import type { OutboxPromise, OutboxStore } from '@mood/domain';
import type { Enqueuer, JobRequest } from '@mood/queue';
import { createProgress } from './progress.ts';

const promise: OutboxPromise = {
  id: 'promise-1',
  kind: 'mood-changed',
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  jobId: 'events-1',
  version: 1,
  remainingMs: 0,
};
const relayRestMs = 2_000;
/** The longest rest of the relay, and the slack of a round. */
const patienceMs = relayRestMs + 5_000;

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this');
}

/** The relay's ports as it sees them, with what the outbox holds and whether the queue takes jobs. */
function setUp() {
  let now = 1_000;
  let waiting: OutboxPromise[] | DependencyUnavailable = [];
  let queueIsDown = false;
  const progress = createProgress({ relayRestMs, clock: () => now });
  const store: OutboxStore = {
    async claim() {
      if (waiting instanceof DependencyUnavailable) throw waiting;
      return waiting;
    },
    outstanding: notAsked,
    claimOverdue: notAsked,
    putOff: notAsked,
    release: notAsked,
    markFailed: notAsked,
    confirm: notAsked,
    findEvents: notAsked,
    findNotification: notAsked,
  };
  const queue: Enqueuer = {
    add: notAsked,
    async addBulk(jobs) {
      if (queueIsDown) throw new DependencyUnavailable('job queue');
      return jobs.map(({ jobId }) => jobId ?? '');
    },
    jobState: notAsked,
    jobStates: notAsked,
  };
  return {
    progress,
    outbox: progress.watchOutbox(store),
    enqueuer: progress.watchEnqueuer(queue),
    pass: (ms: number) => void (now += ms),
    hold: (held: typeof waiting) => void (waiting = held),
    breakQueue: () => void (queueIsDown = true),
  };
}

const jobs: JobRequest[] = [{ name: 'emit-events', data: { eventIds: ['promise-1'] }, jobId: 'events-1' }];

describe('a relay', () => {
  test('is given two rests and five seconds before it counts as stuck', () => {
    const { progress, pass } = setUp();
    pass(patienceMs);
    expect(progress.isMoving()).toBe(true);
    pass(1);
    expect(progress.isMoving()).toBe(false);
  });

  test('that finds nothing to do is moving', async () => {
    const { progress, outbox, pass } = setUp();
    pass(patienceMs + 1);
    expect(await outbox.claim(10)).toEqual([]);
    expect(progress.isMoving()).toBe(true);
  });

  test('that hands over what it found is moving', async () => {
    const { progress, outbox, enqueuer, hold, pass } = setUp();
    hold([promise]);
    pass(patienceMs + 1);
    expect(await outbox.claim(10)).toEqual([promise]);
    expect(await enqueuer.addBulk(jobs)).toEqual(['events-1']);
    expect(progress.isMoving()).toBe(true);
  });

  test('that finds promises and cannot hand them over is stuck', async () => {
    const { progress, outbox, enqueuer, hold, breakQueue, pass } = setUp();
    hold([promise]);
    breakQueue();
    pass(patienceMs + 1);
    await outbox.claim(10);
    await expect(enqueuer.addBulk(jobs)).rejects.toThrow(DependencyUnavailable);
    expect(progress.isMoving()).toBe(false);
  });

  test('that cannot look is stuck', async () => {
    const { progress, outbox, hold, pass } = setUp();
    hold(new DependencyUnavailable('database'));
    pass(patienceMs + 1);
    await expect(outbox.claim(10)).rejects.toThrow(DependencyUnavailable);
    expect(progress.isMoving()).toBe(false);
  });
});
