import { queueNames, startWorkers } from '@mood/queue';
import type { JobHandlers, QueueBackend, QueueName, RunningWorkers } from '@mood/queue';
import type { Logger, Service } from '@mood/runtime';

/** Runs the jobs of every queue, so many of each at a time. */
export function createJobService(backend: QueueBackend, handlers: JobHandlers, concurrencyPerQueue: number, logger: Logger): Service {
  let running: RunningWorkers | undefined;
  const concurrency: Partial<Record<QueueName, number>> = {};
  for (const queue of queueNames) concurrency[queue] = concurrencyPerQueue;
  return {
    name: 'jobs',
    async start() {
      running = await startWorkers(backend, handlers, { concurrency, logger });
    },
    async stop() {
      await running?.stop();
    },
  };
}
