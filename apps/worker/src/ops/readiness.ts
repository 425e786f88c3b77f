import type { DatabaseService } from '@mood/db';
import type { Admission } from '@mood/runtime';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { JobService } from '../job-service.ts';
import type { Progress } from './progress.ts';

export interface ReadinessDependencies {
  database: Pick<DatabaseService, 'isFit'>;
  jobs: Pick<JobService, 'isTakingJobs'>;
  progress: Pick<Progress, 'isMoving'>;
  admission: Pick<Admission, 'isOpen'>;
}

/** Whether the worker is ready: judged by its progress in the last seconds, because BullMQ's `isRunning()` stays true in an outage. */
export function createReadiness(
  { database, jobs, progress, admission }: ReadinessDependencies,
  registry: Registry,
): () => Promise<boolean> {
  const isReady = () => admission.isOpen() && database.isFit() && progress.isMoving() && jobs.isTakingJobs();
  const gauge = new Gauge({
    name: 'mood_worker_ready',
    help: 'Whether this worker is ready (1) or not (0): open, database fit, relay and queues making progress.',
    registers: [],
    collect() {
      this.set(isReady() ? 1 : 0);
    },
  });
  registry.registerMetric(gauge);
  return async () => isReady();
}
