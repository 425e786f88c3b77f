import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { DatabaseAway, RefusedByService } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createQueueBackend } from '../backend.ts';
import type { QueueBackendOptions } from '../backend.ts';
import { createEnqueuer } from '../enqueue.ts';
import type { Enqueuer } from '../enqueue.ts';
import type { FinishedJob } from '../job-handler.ts';
import { startWorkers } from '../start-workers.ts';
import type { WorkersOptions } from '../start-workers.ts';
import { recordingHandlers } from './recording-handlers.fake.ts';
import type { RecordingHandlers } from './recording-handlers.fake.ts';
import { until } from '@mood/testing/eventually';
import { startStopwatch } from '@mood/testing/processor-time';

const logger = createLogger({ name: 'test', level: 'silent' });
/** Also while a queue is known to work. */
const alwaysCanaries = { lookEveryMs: 3_000, healthyForMs: 0 };

/** What every store of jobs has to do. @param openStore makes an empty one. */
export function describeQueueBackend(storeName: string, openStore: () => Promise<QueueBackendOptions>): void {
  describe(`jobs in ${storeName}`, () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    async function openBackend(options?: QueueBackendOptions) {
      const backend = createQueueBackend(options ?? (await openStore()));
      cleanups.push(() => backend.close());
      await backend.ready();
      return { backend, enqueuer: createEnqueuer(backend) };
    }

    async function startWork(options: Partial<WorkersOptions> = {}) {
      const store = await openStore();
      const { backend, enqueuer } = await openBackend(store);
      const recording = recordingHandlers();
      const finished: FinishedJob[] = [];
      const workers = await startWorkers(backend, recording.handlers, { logger, onFinished: (job) => finished.push(job), ...options });
      cleanups.push(() => workers.stop());
      return { store, backend, enqueuer, recording, finished, workers };
    }

    async function addReply(enqueuer: Enqueuer, options: { jobId?: string; delayMs?: number } = {}) {
      const autoReplyId = randomUUID();
      return { autoReplyId, jobId: await enqueuer.add('send-auto-reply', { autoReplyId }, options) };
    }

    const finishedAs = (finished: FinishedJob[], outcome: FinishedJob['outcome']) => () => finished.some((job) => job.outcome === outcome);

    test('a job runs once with the data it was given, and leaves nothing behind', async () => {
      const { enqueuer, recording, finished } = await startWork();
      const next = recording.nextRun();
      const { autoReplyId, jobId } = await addReply(enqueuer);
      const run = await next;
      expect(run).toMatchObject({ name: 'send-auto-reply', data: { autoReplyId }, context: { jobId, attempt: 1, lastAttempt: false } });
      await until(async () => (await enqueuer.jobState('auto-reply', jobId)) === 'absent');
      expect(recording.runs).toHaveLength(1);
      expect(finished).toMatchObject([{ queue: 'auto-reply', name: 'send-auto-reply', outcome: 'done' }]);
    });

    test('data that the catalog does not know is refused before it is sent', async () => {
      const { enqueuer } = await openBackend();
      const withName = { autoReplyId: randomUUID(), userName: 'Anna' };
      await expect(enqueuer.add('send-auto-reply', withName, { jobId: 'refused' })).rejects.toThrow('userName');
      await expect(
        enqueuer.addBulk([
          { name: 'deliver-auto-reply', data: { autoReplyId: randomUUID() }, jobId: 'beside-it' },
          { name: 'expire-mood', data: { modelId: randomUUID(), version: 0 } },
        ]),
      ).rejects.toThrow('version');
      expect(await enqueuer.jobState('auto-reply', 'refused')).toBe('absent');
      expect(await enqueuer.jobState('message-delivery', 'beside-it')).toBe('absent');
    });

    test.each(['12345', 'a:b', '', 'ä'])('the id %j is refused: BullMQ would not keep it apart from its own', async (jobId) => {
      const { enqueuer } = await openBackend();
      await expect(addReply(enqueuer, { jobId })).rejects.toThrow(TypeError);
    });

    test('a batch goes to several queues and answers the ids in its own order', async () => {
      const { enqueuer } = await openBackend();
      const modelId = randomUUID();
      const ids = await enqueuer.addBulk([
        { name: 'expire-mood', data: { modelId, version: 1 }, jobId: 'expire-1', delayMs: 60_000 },
        { name: 'emit-events', data: { eventIds: [randomUUID()] }, jobId: 'events-1' },
        { name: 'expire-mood', data: { modelId, version: 2 }, jobId: 'expire-2' },
      ]);
      expect(ids).toEqual(['expire-1', 'events-1', 'expire-2']);
      expect(await enqueuer.jobStates('mood-expiry', ['expire-1', 'expire-2', 'expire-3'])).toEqual(
        new Map([
          ['expire-1', 'unfinished'],
          ['expire-2', 'unfinished'],
          ['expire-3', 'absent'],
        ]),
      );
      expect(await enqueuer.jobState('analytics', 'events-1')).toBe('unfinished');
    });

    test('a job that is added twice under one id runs once', async () => {
      const { backend, enqueuer } = await openBackend();
      const first = await addReply(enqueuer, { jobId: 'reply-1' });
      await addReply(enqueuer, { jobId: 'reply-1' });
      const recording = recordingHandlers();
      const workers = await startWorkers(backend, recording.handlers, { logger });
      cleanups.push(() => workers.stop());
      await until(async () => (await enqueuer.jobState('auto-reply', 'reply-1')) === 'absent');
      expect(recording.runs.map((run) => run.data)).toEqual([{ autoReplyId: first.autoReplyId }]);
    });

    test.each([1, 3])('a job that is to replace takes the place of the one that waits under its id, %i at a time', async (count) => {
      const { enqueuer, recording } = await startWork();
      const models = Array.from({ length: count }, () => randomUUID());
      const jobsOf = (version: number, delayMs: number) =>
        models.map((modelId) => ({
          name: 'expire-mood' as const,
          data: { modelId, version },
          jobId: `expire-${modelId}`,
          delayMs,
          replace: true,
        }));
      // The first finds none to replace.
      for (const version of [1, 2, 3]) await enqueuer.addBulk(jobsOf(version, 60_000));
      await enqueuer.addBulk(jobsOf(4, 0));
      await until(() => recording.runs.length === count);
      const order = (runs: readonly { data: unknown }[]) => runs.map(({ data }) => JSON.stringify(data)).toSorted();
      expect(order(recording.runs)).toEqual(order(models.map((modelId) => ({ data: { modelId, version: 4 } }))));
      for (const modelId of models) await until(async () => (await enqueuer.jobState('mood-expiry', `expire-${modelId}`)) === 'absent');
    });

    test('a delayed job is never early and, on an idle queue, at most half a second late', async () => {
      const { enqueuer, recording } = await startWork();
      const next = recording.nextRun();
      const added = Date.now();
      const sinceAdded = startStopwatch();
      await addReply(enqueuer, { delayMs: 1_500 });
      const { at } = await next;
      expect(at - added).toBeGreaterThanOrEqual(1_500);
      expect(sinceAdded()).toBeLessThan(2_000);
    });

    test('a job that asks for a retry is tried again after its backoff', async () => {
      const { enqueuer, recording, finished } = await startWork();
      recording.answer('send-auto-reply', ({ context }) => (context.attempt < 3 ? { kind: 'retry', reason: 'not yet' } : { kind: 'done' }));
      await addReply(enqueuer);
      await until(finishedAs(finished, 'done'));
      expect(finished.map((job) => job.outcome)).toEqual(['retry', 'retry', 'done']);
      const [first, second, third] = recording.runs.map((run) => run.at);
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(125);
      expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(250);
    });

    test('after the last attempt a job stays failed, and an operator can have it run again', async () => {
      const { backend, enqueuer, recording, finished } = await startWork();
      recording.answer('send-auto-reply', () => Promise.reject(new Error('database is gone')));
      const queue = backend.createQueue('auto-reply');
      await queue.add('send-auto-reply', { autoReplyId: randomUUID() }, { jobId: 'last-try', attempts: 1 });
      await until(async () => (await enqueuer.jobState('auto-reply', 'last-try')) === 'failed');
      expect(recording.runs[0]?.context.lastAttempt).toBe(true);
      recording.answer('send-auto-reply', () => ({ kind: 'done' }));
      await (await queue.getJob('last-try'))?.retry();
      await until(finishedAs(finished, 'done'));
      expect(finished.map((job) => job.outcome)).toEqual(['failed', 'done']);
    });

    test('a job whose last try finds the database away goes on later, with all its attempts', async () => {
      const { backend, recording, finished } = await startWork();
      recording.answer('send-auto-reply', ({ context }) =>
        context.jobId === 'waits-on' ? Promise.reject(new DatabaseAway()) : { kind: 'done' },
      );
      const autoReplyId = randomUUID();
      await backend.createQueue('auto-reply').add('send-auto-reply', { autoReplyId }, { jobId: 'waits-on', attempts: 2 });
      await until(finishedAs(finished, 'done'));
      expect(finished.map((job) => job.outcome)).toEqual(['retry', 'later', 'done']);
      expect(recording.runs.at(-1)).toMatchObject({ data: { autoReplyId }, context: { attempt: 1 } });
    });

    test('what another service refuses is not tried again', async () => {
      const { enqueuer, recording, finished } = await startWork();
      recording.answer('deliver-auto-reply', () => Promise.reject(new RefusedByService('no such conversation')));
      await enqueuer.add('deliver-auto-reply', { autoReplyId: randomUUID() }, { jobId: 'refused' });
      await until(async () => (await enqueuer.jobState('message-delivery', 'refused')) === 'failed');
      expect(finished.map((job) => job.outcome)).toEqual(['failed']);
    });

    test('what can never be done as it was asked for is not tried again, and says why', async () => {
      const { backend, enqueuer, recording, finished } = await startWork();
      recording.answer('deliver-auto-reply', () => ({ kind: 'refuse', reason: 'known as something else' }));
      await enqueuer.add('deliver-auto-reply', { autoReplyId: randomUUID() }, { jobId: 'refuses' });
      await until(async () => (await enqueuer.jobState('message-delivery', 'refuses')) === 'failed');
      expect((await backend.createQueue('message-delivery').getJob('refuses'))?.failedReason).toBe('known as something else');
      expect(finished.map((job) => job.outcome)).toEqual(['failed']);
    });

    test('a job whose data is broken fails at once and reaches no handler', async () => {
      const { backend, enqueuer, recording } = await startWork();
      await backend.createQueue('mood-expiry').add('expire-mood', { modelId: 'nobody' }, { jobId: 'broken', attempts: 10 });
      await until(async () => (await enqueuer.jobState('mood-expiry', 'broken')) === 'failed');
      expect(recording.runs).toHaveLength(0);
    });

    test('a job that is not needed any more completes', async () => {
      const { enqueuer, recording, finished } = await startWork();
      recording.answer('expire-mood', () => ({ kind: 'cancel', reason: 'changed meanwhile' }));
      await enqueuer.add('expire-mood', { modelId: randomUUID(), version: 3 }, { jobId: 'expire-3' });
      await until(async () => finishedAs(finished, 'cancel')() && (await enqueuer.jobState('mood-expiry', 'expire-3')) === 'absent');
    });

    test('a job that comes too early runs later under a new id, with all its attempts', async () => {
      const { enqueuer, recording, finished } = await startWork();
      recording.answer('send-auto-reply', ({ context }) =>
        context.jobId === 'reply-1'
          ? { kind: 'later', delayMs: 400 }
          : context.jobId.includes('~')
            ? { kind: 'done' }
            : { kind: 'cancel', reason: 'lost its id' },
      );
      const { autoReplyId } = await addReply(enqueuer, { jobId: 'reply-1' });
      await until(finishedAs(finished, 'done'));
      expect(finished.map((job) => job.outcome)).toEqual(['later', 'done']);
      const [first, second] = recording.runs;
      expect(second).toMatchObject({ data: { autoReplyId }, context: { attempt: 1 } });
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(400);
    });

    test('the workers do not start when a job of the catalog has no handler', async () => {
      const { backend } = await openBackend();
      const { handlers } = recordingHandlers();
      Reflect.deleteProperty(handlers, 'expire-mood');
      await expect(startWorkers(backend, handlers, { logger })).rejects.toThrow('No handler for expire-mood');
    });

    test('a stop waits for the job that is running', async () => {
      const { enqueuer, recording, finished, workers } = await startWork();
      const gate = Promise.withResolvers<void>();
      recording.answer('send-auto-reply', () => gate.promise.then(() => ({ kind: 'done' }) as const));
      const next = recording.nextRun();
      await addReply(enqueuer);
      await next;
      const stopped = workers.stop();
      gate.resolve();
      await stopped;
      expect(finished.map((job) => job.outcome)).toEqual(['done']);
    });

    test('a job that does not end in time is interrupted and waits for another worker, its attempt not counted', async () => {
      const { store, enqueuer, recording, finished, workers } = await startWork({ graceMs: 100 });
      recording.answer('send-auto-reply', ({ context }) => hangUntilAborted(context.signal));
      const next = recording.nextRun();
      const { jobId } = await addReply(enqueuer);
      await next;
      const elapsed = startStopwatch();
      await workers.stop();
      expect(elapsed()).toBeLessThan(3_000);
      expect(finished.map((job) => job.outcome)).toEqual(['interrupted']);
      expect(await enqueuer.jobState('auto-reply', jobId)).toBe('unfinished');

      const other = await openBackend(store);
      const others = recordingHandlers();
      const taken = others.nextRun();
      const otherWorkers = await startWorkers(other.backend, others.handlers, { logger });
      cleanups.push(() => otherWorkers.stop());
      expect((await taken).context).toMatchObject({ jobId, attempt: 1 });
    });

    test('a job that ignores the interruption does not hold up the stop, and closing takes no longer than its bound', async () => {
      const { backend, enqueuer, recording, workers } = await startWork({ graceMs: 100 });
      const gate = Promise.withResolvers<void>();
      recording.answer('send-auto-reply', () => gate.promise.then(() => ({ kind: 'done' }) as const));
      const next = recording.nextRun();
      await addReply(enqueuer);
      await next;
      const elapsed = startStopwatch();
      await workers.stop();
      expect(elapsed()).toBeLessThan(4_000);
      await backend.close();
      expect(elapsed()).toBeLessThan(9_000);
      gate.resolve();
    });

    test('an idle worker shows that it is looking for jobs', async () => {
      const { backend, workers } = await startWork();
      const sinceLastFetch = () => backend.sinceLastFetch('auto-reply') ?? Infinity;
      await until(() => sinceLastFetch() < 100);
      await until(() => workers.isTakingJobs());
      await until(() => sinceLastFetch() > 1_000);
      await until(() => sinceLastFetch() < 100);
    });

    test('a canary goes through every queue before a worker counts as taking jobs, ahead of all that waits', async () => {
      const store = await openStore();
      const { backend, enqueuer } = await openBackend(store);
      const recording = recordingHandlers();
      const gate = Promise.withResolvers<void>();
      recording.answer('send-auto-reply', () => gate.promise.then(() => ({ kind: 'done' }) as const));
      for (let count = 0; count < 10; count += 1) await addReply(enqueuer);
      const finished: FinishedJob[] = [];
      const concurrency = { 'auto-reply': 2 };
      const options = { logger, concurrency, onFinished: (job: FinishedJob) => finished.push(job), canaries: alwaysCanaries };
      const workers = await startWorkers(backend, recording.handlers, options);
      cleanups.push(() => workers.stop());
      // Both hands are full, and nothing has come out of them.
      await until(() => recording.runs.length === 2);
      expect(workers.isTakingJobs()).toBe(false);
      await until(async () => (await backend.createQueue('auto-reply').getJobCounts('waiting'))['waiting'] === 9);
      gate.resolve();
      await until(() => workers.isTakingJobs());
      await until(() => finished.length === 10);
      const counts = await backend.createQueue('auto-reply').getJobCounts('waiting', 'failed', 'completed', 'delayed');
      expect(Object.values(counts)).toEqual([0, 0, 0, 0]);
    });

    test('a worker whose canaries do not come through is not taking jobs, though it looks for them', async () => {
      const { store, enqueuer, recording } = await startWork();
      const gate = Promise.withResolvers<void>();
      recording.answer('send-auto-reply', () => gate.promise.then(() => ({ kind: 'done' }) as const));
      const other = await openBackend(store);
      // The queue lets one job run at a time, and that one hangs elsewhere.
      await other.backend.createQueue('auto-reply').setGlobalConcurrency(1);
      const next = recording.nextRun();
      await addReply(enqueuer);
      await next;
      const workers = await startWorkers(other.backend, recordingHandlers().handlers, { logger });
      cleanups.push(() => workers.stop());
      const sinceLastFetch = () => other.backend.sinceLastFetch('auto-reply') ?? Infinity;
      for (let look = 0; look < 20; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        expect(workers.isTakingJobs()).toBe(false);
      }
      expect(sinceLastFetch()).toBeLessThan(4_000);
      gate.resolve();
      await until(() => workers.isTakingJobs(), 15_000);
    });

    test('a paused queue is not held against the worker', async () => {
      const { backend, workers } = await startWork({ canaries: alwaysCanaries });
      const withinMs = 2_000;
      await until(() => workers.isTakingJobs(withinMs));
      const queue = backend.createQueue('analytics');
      await queue.pause();
      // From here on no canary comes through: one waits until the queue goes on.
      await until(async () => (await queue.getJobs()).length > 0);
      const stuckSince = performance.now();
      await until(() => performance.now() - stuckSince > withinMs * 2 + 500);
      expect(await queue.getJobs()).toHaveLength(1);
      await until(() => workers.isTakingJobs(withinMs));
    });

    test('a job whose worker process is killed runs again within ten seconds, its attempt not counted', async () => {
      const store = await openStore();
      const said: string[] = [];
      const log = createLogger({ name: 'test', level: 'warn' }, { write: (line) => void said.push(line) });
      const { backend, enqueuer } = await openBackend({ ...store, logger: log });
      const { jobId } = await addReply(enqueuer);
      const doomed = fork(new URL('./hanging-worker.fixture.ts', import.meta.url), {
        env: { ...process.env, QUEUE_STORE: JSON.stringify(store) },
      });
      cleanups.push(() => Promise.resolve(doomed.kill('SIGKILL')));
      expect(await once(doomed, 'message')).toContain(jobId);
      const recording = recordingHandlers();
      const taken = recording.nextRun();
      const workers = await startWorkers(backend, recording.handlers, { logger });
      cleanups.push(() => workers.stop());
      doomed.kill('SIGKILL');
      const sinceKilled = startStopwatch();
      const run = await taken;
      expect(run.context).toMatchObject({ jobId, attempt: 1 });
      expect(sinceKilled()).toBeLessThan(10_000);
      await until(() => said.some((line) => line.includes(jobId) && line.includes('is taken over')));
    });

    test('several processes share the jobs: each job runs once', async () => {
      const { store, enqueuer, recording, finished } = await startWork();
      const other = await openBackend(store);
      const otherFinished: FinishedJob[] = [];
      const others: RecordingHandlers = recordingHandlers();
      const workers = await startWorkers(other.backend, others.handlers, { logger, onFinished: (job) => otherFinished.push(job) });
      cleanups.push(() => workers.stop());
      const autoReplyIds = Array.from({ length: 200 }, () => randomUUID());
      await enqueuer.addBulk(autoReplyIds.map((autoReplyId) => ({ name: 'send-auto-reply', data: { autoReplyId } })));
      await until(() => finished.length + otherFinished.length >= 200, 20_000);
      const ran = [...recording.runs, ...others.runs].map((run) => ('autoReplyId' in run.data ? run.data.autoReplyId : ''));
      expect(ran.toSorted()).toEqual(autoReplyIds.toSorted());
    });
  });
}

function hangUntilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
}
