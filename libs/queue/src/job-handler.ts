import type { Logger } from '@mood/runtime';
import type { JobData, JobName } from './catalog.ts';

/**
 * How a handler ends. A thrown error counts as 'retry', a thrown RefusedByService as failed for good; that the database is away, at the last
 * attempt, as 'later'.
 */
export type JobOutcome =
  | { kind: 'done'; result?: string | number | Record<string, string | number | boolean | null> }
  /** Try again after the catalog's backoff; after the last attempt the job stays failed. */
  | { kind: 'retry'; reason: string }
  /** There is nothing left to do. */
  | { kind: 'cancel'; reason: string }
  /** It can never be done as it was asked for: the job stays failed, for somebody to look at. */
  | { kind: 'refuse'; reason: string }
  /** Not yet: run it anew after that time, with all its attempts. */
  | { kind: 'later'; delayMs: number };

export interface JobContext {
  jobId: string;
  /** From 1. */
  attempt: number;
  /** There is no automatic retry after this attempt. */
  lastAttempt: boolean;
  /** Aborted when the job has to stop: the process is going down, or another worker took the job over. */
  signal: AbortSignal;
  logger: Logger;
}

/** Runs a job. The same job may run twice, also at the same time: its effect has to be idempotent. */
export type JobHandler<N extends JobName> = (data: JobData<N>, context: JobContext) => Promise<JobOutcome>;

export type JobHandlers = { [N in JobName]: JobHandler<N> };

/** 'interrupted': put back unharmed because the process is going down. 'failed': there will be no automatic retry. */
export type FinishedOutcome = Exclude<JobOutcome['kind'], 'refuse'> | 'failed' | 'interrupted';

export interface FinishedJob {
  queue: string;
  name: JobName;
  outcome: FinishedOutcome;
  seconds: number;
}
