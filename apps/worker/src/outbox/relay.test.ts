import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import type { OutboxPromise, OutboxStore } from '@mood/domain';
import { promiseKindOf, promiseKinds } from '@mood/queue';
import type { Enqueuer } from '@mood/queue';
import { createLogger } from '@mood/runtime';
import { createCapturedLog } from '@mood/testing/captured-log';
import { until } from '@mood/testing/eventually';
import type { WorkerDependencies } from '../dependencies.ts';
import { createRelay, jobsFor } from './relay.ts';

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

describe('a round of the relay', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

  /** Runs the relay over what the outbox holds. @returns the calls of its ports in their order, once the relay has seen to it. */
  async function relay(held: OutboxPromise[], broken: { cache?: Error; queue?: Error } = {}) {
    const calls: unknown[] = [];
    const seenTo = Promise.withResolvers<void>();
    const claim = jest.fn<OutboxStore['claim']>(async () => []).mockResolvedValueOnce(held);
    const release = jest.fn<OutboxStore['release']>(async (ids) => {
      calls.push(['release', ids]);
      seenTo.resolve();
    });
    const refreshMoods: WorkerDependencies['refreshMoods'] = async (modelIds) => {
      // The jobs may go out only when the cache has the moods.
      await Promise.resolve();
      if (broken.cache !== undefined) throw broken.cache;
      calls.push(['refresh', modelIds]);
    };
    const tellOfMoods: WorkerDependencies['tellOfMoods'] = (news) => void calls.push(['tell', news]);
    const addBulk: Enqueuer['addBulk'] = async (jobs) => {
      if (broken.queue !== undefined) throw broken.queue;
      calls.push(['add', jobs.map(({ jobId }) => jobId)]);
      seenTo.resolve();
      return jobs.map(({ jobId }) => jobId ?? '');
    };
    const lines: unknown[] = [];
    const logger = createLogger({ name: 'relay-test', level: 'trace' }, { write: (line) => void lines.push(JSON.parse(line)) });
    const outstanding: OutboxStore['outstanding'] = async () => new Map();
    const running = createRelay(
      { outbox: { claim, outstanding, release }, enqueuer: { addBulk }, refreshMoods, tellOfMoods, logger },
      { idleMs: 60_000, restMs: 60_000, isTold: () => true },
    );
    stops.push(() => running.stop());
    await running.start();
    await seenTo.promise;
    await running.stop();
    return { calls, lines };
  }

  const [changed, reply] = [promised('mood-changed', { version: 2 }), promised('auto-reply')];
  const ids = [changed.id, reply.id];

  test('brings the changes of moods to the cache before anybody is told of them', async () => {
    const { calls, lines } = await relay([changed, reply]);
    expect(calls).toEqual([
      ['refresh', [changed.modelId]],
      ['tell', [{ modelId: changed.modelId, version: 2 }]],
      ['add', [changed.jobId, reply.jobId]],
    ]);
    expect(lines).toEqual([]);
  });

  test('gives its promises back when the queue does not take them', async () => {
    const { calls, lines } = await relay([changed, reply], { queue: new DependencyUnavailable('job queue') });
    expect(calls).toEqual([
      ['refresh', [changed.modelId]],
      ['tell', [{ modelId: changed.modelId, version: 2 }]],
      ['release', ids],
    ]);
    expect(lines).toMatchObject([{ level: 'warn', msg: 'round failed' }]);
  });

  /** A relay that finds nothing. @returns it, and how often it looked. */
  async function startIdle({ isTold = true, isFull = false }) {
    let looks = 0;
    const { logger } = createCapturedLog();
    const claim: OutboxStore['claim'] = async () => {
      looks += 1;
      return [];
    };
    const held = isFull ? { all: 1_000_000, due: 0 } : { all: 0, due: 0 };
    const outstanding: OutboxStore['outstanding'] = async (queues) => new Map(queues.map((queue) => [queue, held]));
    const outbox = { claim, outstanding, release: async () => {} };
    const others = { enqueuer: { addBulk: async () => [] }, refreshMoods: async () => {}, tellOfMoods: () => {}, logger };
    const running = createRelay({ outbox, ...others }, { idleMs: 5, restMs: 3_600_000, isTold: () => isTold });
    stops.push(() => running.stop());
    await running.start();
    return { relay: running, looks: () => looks };
  }

  test('is the last one while there is nothing to do, until the relay is woken', async () => {
    const { relay: underTest, looks } = await startIdle({});
    for (const rounds of [1, 2, 3]) {
      await until(() => looks() === rounds);
      underTest.wake();
    }
    await until(() => looks() === 4);
  });

  test.each([
    ['nobody would tell the relay of promises', { isTold: false }],
    ['promises wait for room in a queue', { isFull: true }],
  ])('is followed by the next one soon while %s', async (_, state) => {
    const { looks } = await startIdle(state);
    await until(() => looks() > 3);
  });

  test('gives its promises back when the cache cannot be told', async () => {
    const { calls } = await relay([changed, reply], { cache: new Error('refused') });
    expect(calls).toEqual([['release', ids]]);
  });
});
