import { randomUUID } from 'node:crypto';
import { DependencyUnavailable } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createQueueBackend } from '../backend.ts';
import type { QueueBackend, QueueBackendOptions } from '../backend.ts';
import { createEnqueuer } from '../enqueue.ts';
import type { Enqueuer } from '../enqueue.ts';
import { startWorkers } from '../start-workers.ts';
import { recordingHandlers } from './recording-handlers.fake.ts';
import { until } from '@mood/testing/eventually';
import { startStopwatch } from '@mood/testing/processor-time';

/** A server of its own, that may be killed. */
export interface KillableStore {
  options(): QueueBackendOptions;
  start(): Promise<void>;
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

const logger = createLogger({ name: 'test', level: 'silent' });
const recoveryLimitMs = 5_000;

/** How jobs get over the death of the store. @param createStore makes a started store with its schema. */
export function describeOutages(storeName: string, createStore: () => Promise<KillableStore>): void {
  describe(`jobs when ${storeName} dies`, () => {
    let store: KillableStore;
    const cleanups: (() => Promise<unknown>)[] = [];
    beforeAll(async () => {
      store = await createStore();
    });
    afterAll(() => store.remove());
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    function openBackend(): QueueBackend {
      const backend = createQueueBackend(store.options());
      cleanups.push(() => backend.close());
      return backend;
    }

    async function startWork() {
      const backend = openBackend();
      const recording = recordingHandlers();
      const canaries = { lookEveryMs: 1_000, healthyForMs: 1_000 };
      const workers = await startWorkers(backend, recording.handlers, { logger, graceMs: 500, canaries });
      cleanups.push(() => workers.stop());
      return { enqueuer: createEnqueuer(backend), recording, workers };
    }

    async function addWhenUp(enqueuer: Enqueuer, options: { jobId: string; delayMs?: number }): Promise<void> {
      await until(async () => {
        try {
          await enqueuer.add('send-auto-reply', { autoReplyId: randomUUID() }, options);
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(DependencyUnavailable);
          return false;
        }
      });
    }

    test('workers take jobs again within five seconds, outage after outage, by themselves', async () => {
      const { enqueuer, recording, workers } = await startWork();
      const ran = (jobId: string) => recording.runs.find((run) => run.context.jobId === jobId);
      for (const round of [1, 2, 3]) {
        await addWhenUp(enqueuer, { jobId: `before-${round}` });
        await until(() => ran(`before-${round}`) !== undefined);
        await store.kill();
        await expect(enqueuer.add('send-auto-reply', { autoReplyId: randomUUID() })).rejects.toThrow(DependencyUnavailable);
        await store.start();
        const sinceUp = startStopwatch();
        await addWhenUp(enqueuer, { jobId: `after-${round}` });
        await until(() => ran(`after-${round}`) !== undefined);
        expect(sinceUp()).toBeLessThan(recoveryLimitMs);
      }
      await until(() => workers.isTakingJobs(2_000));
    });

    test('a job that fell due during the outage runs within five seconds, though nobody adds another', async () => {
      const { enqueuer, recording } = await startWork();
      await enqueuer.add('send-auto-reply', { autoReplyId: randomUUID() }, { jobId: 'due', delayMs: 300 });
      await store.kill();
      await store.start();
      const sinceUp = startStopwatch();
      await until(() => recording.runs.length > 0);
      expect(sinceUp()).toBeLessThan(recoveryLimitMs);
    });

    test('a job that ends during the outage is settled afterwards and does not count as failed', async () => {
      const { enqueuer, recording } = await startWork();
      const gate = Promise.withResolvers<void>();
      recording.answer('send-auto-reply', () => gate.promise.then(() => ({ kind: 'done' }) as const));
      const next = recording.nextRun();
      await enqueuer.add('send-auto-reply', { autoReplyId: randomUUID() }, { jobId: 'surviving' });
      await next;
      await store.kill();
      gate.resolve();
      await store.start();
      await until(async () => (await enqueuer.jobState('auto-reply', 'surviving').catch(() => 'unfinished')) === 'absent', 15_000);
      expect(recording.runs.every((run) => run.context.attempt === 1)).toBe(true);
    });

    test('a start waits while the store is down, and begins to work when it comes up', async () => {
      await store.kill();
      const backend = openBackend();
      const recording = recordingHandlers();
      const starting = startWorkers(backend, recording.handlers, { logger, graceMs: 500 });
      const enqueuer = createEnqueuer(backend);
      await expect(enqueuer.add('send-auto-reply', { autoReplyId: randomUUID() })).rejects.toThrow(DependencyUnavailable);
      await store.start();
      const sinceUp = startStopwatch();
      const workers = await starting;
      cleanups.push(() => workers.stop());
      await addWhenUp(enqueuer, { jobId: 'first' });
      await until(() => recording.runs.length > 0);
      expect(sinceUp()).toBeLessThan(recoveryLimitMs);
    });

    test('the wait for a store that is down can be given up', async () => {
      await store.kill();
      const giveUp = new AbortController();
      const waiting = openBackend().ready(giveUp.signal);
      giveUp.abort(new Error('the process is going down'));
      await expect(waiting).rejects.toThrow(/going down|aborted/);
      await store.start();
    });

    test('a worker that was made while the store was down works when it is up', async () => {
      await store.kill();
      const backend = openBackend();
      const taken = Promise.withResolvers<void>();
      backend.createWorker('analytics', () => Promise.resolve(taken.resolve()), { concurrency: 1 });
      const enqueuer = createEnqueuer(backend);
      await expect(enqueuer.add('emit-events', { eventIds: [randomUUID()] })).rejects.toThrow(DependencyUnavailable);
      await store.start();
      const sinceUp = startStopwatch();
      await backend.ready();
      await enqueuer.add('emit-events', { eventIds: [randomUUID()] });
      await taken.promise;
      expect(sinceUp()).toBeLessThan(recoveryLimitMs);
    });

    test('workers stop and connections close in bounded time while the store is down', async () => {
      const { workers } = await startWork();
      const backend = openBackend();
      await store.kill();
      const elapsed = startStopwatch();
      await workers.stop();
      await backend.close();
      expect(elapsed()).toBeLessThan(8_000);
      await store.start();
    });
  });
}
