import { queueNames, startWorkers } from '@mood/queue';
import type { FinishedJob, JobHandlers, QueueBackend, QueueName, RunningWorkers } from '@mood/queue';
import type { Logger, Service } from '@mood/runtime';

export interface JobServiceOptions {
  concurrencyPerQueue: number;
  /** Told of every run of a job. */
  onFinished: (job: FinishedJob) => void;
  logger: Logger;
}

export interface JobService extends Service {
  /** Whether every queue got on in the last seconds: looked for jobs, and let jobs or a canary through. */
  isTakingJobs(): boolean;
}

/** Runs the jobs of every queue, so many of each at a time. */
export function createJobService(backend: QueueBackend, handlers: JobHandlers, options: JobServiceOptions): JobService {
  const { concurrencyPerQueue, onFinished, logger } = options;
  let running: RunningWorkers | undefined;
  const concurrency: Partial<Record<QueueName, number>> = {};
  for (const queue of queueNames) concurrency[queue] = concurrencyPerQueue;
  return {
    name: 'jobs',
    isTakingJobs: () => running?.isTakingJobs() ?? false,
    async start() {
      running = await startWorkers(backend, handlers, { concurrency, onFinished, logger });
    },
    async stop() {
      await running?.stop();
    },
  };
}
