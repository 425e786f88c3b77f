import { backoffOf, isJobName } from './catalog.ts';

/** A failed job stays for an operator to look at and retry: seven days, in seconds. */
const keepFailedSeconds = 7 * 24 * 3_600;

/** Keeping a number of completed jobs deadlocks on PostgreSQL and runs jobs twice, so none is kept. */
export const jobDefaults = { removeOnComplete: true, removeOnFail: { age: keepFailedSeconds } };

/** The kind of backoff that every job names: the one of its catalog entry. */
export const catalogBackoff = 'catalog';

/**
 * BullMQ's own defaults take a minute to notice a crashed worker and give its jobs up at the second crash.
 * These notice within lockDuration + 2 · stalledInterval = 9 s at most, and survive 50 crashes.
 */
export const workerDefaults = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 50,
  runRetryDelay: 500,
  // Seconds: the longest delay that a lost notification causes.
  drainDelay: 2,
  settings: {
    backoffStrategy(attemptsMade: number, _type?: string, _error?: Error, job?: { name: string }): number {
      return job !== undefined && isJobName(job.name) ? backoffOf(job.name, attemptsMade) : 1_000;
    },
  },
};
