import { endsWithin } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { Job } from 'bullmq';
import type { QueueBackend } from './backend.ts';
import { canaryName } from './canary-name.ts';
import { startCanaries } from './canary.ts';
import type { CanaryTimes } from './canary.ts';
import { isJobName, jobNames, queueNames, queueOf } from './catalog.ts';
import type { QueueName } from './catalog.ts';
import { createEnqueuer } from './enqueue.ts';
import type { FinishedJob, JobContext, JobHandlers } from './job-handler.ts';
import type { JobPayload, JobProcessor, JobWorker } from './job-queue.ts';
import { startDraining } from './old-shards.ts';
import { runJob } from './run-job.ts';
import type { ShardName } from './shards.ts';

export interface WorkersOptions {
  /** How many jobs of a queue run at a time in this process, over all its shards. Default 8. */
  concurrency?: Partial<Record<QueueName, number>>;
  logger: Logger;
  /** Told of every run of a job. For metrics. */
  onFinished?: (job: FinishedJob) => void;
  /** How long `stop` lets running jobs finish before it interrupts them, in milliseconds. Default 5 s. */
  graceMs?: number;
  /** Ends the wait for a store that is down. */
  signal?: AbortSignal;
  /** Default: a look every 3 s, and a canary when a queue let nothing through for 8 s; for up to 64 s, while it has nothing else to do. */
  canaries?: CanaryTimes;
}

export interface RunningWorkers {
  /**
   * Whether every queue makes progress: this process asked for jobs in the last `withinMs` (default 10 s), and in twice that time finished
   * one or saw its canary come through, if one had to be sent. At full concurrency it does not ask, and must have finished one.
   */
  isTakingJobs(withinMs?: number): boolean;
  /** Takes no more jobs, lets the running ones finish, interrupts those that do not. Bounded by graceMs + 3 s; repeating it is harmless. */
  stop(): Promise<void>;
}

const defaultConcurrency = 8;
const afterInterruptMs = 3_000;
const canaryTimes = { lookEveryMs: 3_000, healthyForMs: 8_000 };

/**
 * Waits until the queue store answers, then runs one worker for each shard of each queue, and for shards of before that hold jobs.
 * @throws when a job of the catalog has no handler, or as `QueueBackend.ready`.
 */
export async function startWorkers(backend: QueueBackend, handlers: JobHandlers, options: WorkersOptions): Promise<RunningWorkers> {
  const missing = jobNames.filter((name) => typeof handlers[name] !== 'function');
  if (missing.length > 0) throw new Error(`No handler for ${missing.join(', ')}`);
  await backend.ready(options.signal);

  const { logger } = options;
  const enqueuer = createEnqueuer(backend);
  const shards = queueNames.flatMap((queue) => backend.shardsOf(queue).map((shard) => ({ queue, shard })));
  const running = new Map<ShardName, number>();
  const lastEnded = new Map<ShardName, number>();
  const sinceEnded = (shard: ShardName) => performance.now() - (lastEnded.get(shard) ?? -Infinity);
  /** In each shard, as many as make those of the queue together. */
  const concurrencyOf = (queue: QueueName) =>
    Math.ceil((options.concurrency?.[queue] ?? defaultConcurrency) / backend.shardsOf(queue).length);
  let interrupting = false;
  let stopping: Promise<void> | undefined;

  function count(shard: ShardName, change: 1 | -1): void {
    running.set(shard, (running.get(shard) ?? 0) + change);
  }

  async function take(
    queue: QueueName,
    shard: ShardName,
    job: Job<JobPayload>,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { name } = job;
    const jobId = job.id ?? '';
    if (name === canaryName) return canaries.ran(jobId);
    // A newer release may know it: leave it to its workers.
    if (!isJobName(name) || queueOf(name) !== queue) throw new Error(`No such job in queue ${queue}: ${name}`);
    const attempt = job.attemptsMade + 1;
    const lastAttempt = attempt >= (job.opts.attempts ?? 1);
    const context: JobContext = { jobId, attempt, lastAttempt, signal, logger: logger.child({ queue, job: name, jobId }) };
    const started = performance.now();
    count(shard, 1);
    try {
      const { outcome, returnValue, error } = await runJob(
        { handlers, enqueuer, isStopping: () => interrupting },
        name,
        job,
        token,
        context,
      );
      if (outcome === 'failed') context.logger.error({ err: error, attempt }, 'job failed for good');
      else if (outcome === 'retry') context.logger.warn({ err: error, attempt }, 'job will be tried again');
      tellFinished({ queue, name, outcome, seconds: (performance.now() - started) / 1_000 });
      if (error !== undefined) throw error;
      return returnValue;
    } finally {
      count(shard, -1);
      lastEnded.set(shard, performance.now());
    }
  }

  function tellFinished(job: FinishedJob): void {
    try {
      options.onFinished?.(job);
    } catch (error) {
      logger.error({ err: error }, 'onFinished failed');
    }
  }

  function startShard(queue: QueueName, shard: ShardName): void {
    const processor: JobProcessor = (job, token, signal) => take(queue, shard, job, token, signal ?? new AbortController().signal);
    const settings = { concurrency: concurrencyOf(queue) };
    // Only the queues of before had no shards.
    const former = shard === queue ? backend.createFormerWorker(queue, processor, settings) : undefined;
    for (const worker of [backend.createWorker(shard, processor, settings), ...(former === undefined ? [] : [former])]) {
      worker.on('lockRenewalFailed', (jobIds) => {
        for (const jobId of jobIds) worker.cancelJob(jobId, 'another worker took the job over');
      });
      workers.push(worker);
    }
  }

  const canaries = startCanaries(backend, options.canaries ?? canaryTimes, sinceEnded, logger);
  const workers: JobWorker[] = [];
  for (const { queue, shard } of shards) startShard(queue, shard);
  const draining = startDraining(backend, startShard, logger);

  async function stopAll(): Promise<void> {
    canaries.stop();
    draining.stop();
    const closed = Promise.allSettled(workers.map((worker) => worker.close()));
    if (await endsWithin(options.graceMs ?? 5_000, closed)) return;
    interrupting = true;
    for (const worker of workers) worker.cancelAllJobs('the process is going down');
    if (!(await endsWithin(afterInterruptMs, closed))) logger.warn('jobs are still running; other workers will take them over');
  }

  return {
    isTakingJobs(withinMs = 10_000) {
      return shards.every(({ queue, shard }) => {
        const ended = sinceEnded(shard);
        if ((running.get(shard) ?? 0) >= concurrencyOf(queue)) return ended <= withinMs * 2;
        const sinceLooked = backend.sinceLastFetch(shard) ?? Infinity;
        return sinceLooked <= withinMs && Math.min(ended, canaries.stuckFor(shard)) <= withinMs * 2;
      });
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
