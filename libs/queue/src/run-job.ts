import { UnrecoverableError, WaitingError } from 'bullmq';
import type { Job } from 'bullmq';
import { describeError } from '@mood/runtime';
import { z } from 'zod';
import { backoffOf, parseJobData } from './catalog.ts';
import type { JobData, JobName } from './catalog.ts';
import type { Enqueuer } from './enqueue.ts';
import type { FinishedOutcome, JobContext, JobHandlers, JobOutcome } from './job-handler.ts';
import { laterJobId } from './job-id.ts';
import type { JobPayload } from './job-queue.ts';

export interface RunJobDependencies {
  handlers: JobHandlers;
  enqueuer: Enqueuer;
  /** The process is going down: what was interrupted goes back into the queue. */
  isStopping: () => boolean;
}

/** What BullMQ has to be told at the end of a job. */
export interface SettledJob {
  outcome: FinishedOutcome;
  /** BullMQ completes the job with this … */
  returnValue?: unknown;
  /** … unless there is something to throw. */
  error?: Error;
}

/** Runs the handler of a job and says in BullMQ's terms how it ended: the one place where the two vocabularies meet. */
export async function runJob(
  deps: RunJobDependencies,
  name: JobName,
  job: Job<JobPayload>,
  token: string | undefined,
  context: JobContext,
): Promise<SettledJob> {
  let data;
  try {
    data = parseJobData(name, job.data);
  } catch (error) {
    return { outcome: 'failed', error: new UnrecoverableError(`data of ${name} is not what the catalog says: ${wrongParts(error)}`) };
  }
  let outcome: JobOutcome;
  try {
    outcome = await handle(deps.handlers, name, data, context);
  } catch (error) {
    if (deps.isStopping() && context.signal.aborted) return putBack(job, token);
    if (context.lastAttempt && isNamed(error, 'DatabaseAway')) {
      context.logger.warn('the database is away: the job waits on, with all its attempts');
      return runLater(deps.enqueuer, name, job, backoffOf(name, context.attempt), context);
    }
    return failed(error instanceof Error ? error : new Error(String(error)), context);
  }
  switch (outcome.kind) {
    case 'done':
      return { outcome: 'done', returnValue: outcome.result };
    case 'cancel':
      return { outcome: 'cancel', returnValue: outcome.reason };
    case 'refuse':
      return { outcome: 'failed', error: new UnrecoverableError(outcome.reason) };
    case 'retry':
      return failed(new Error(outcome.reason), context);
    case 'later':
      return runLater(deps.enqueuer, name, job, outcome.delayMs, context);
  }
}

function handle<N extends JobName>(handlers: JobHandlers, name: N, data: JobData<N>, context: JobContext): Promise<JobOutcome> {
  return handlers[name](data, context);
}

// By name: an error may come from another copy of the package.
const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

function failed(error: Error, { lastAttempt }: JobContext): SettledJob {
  const isFinal = isNamed(error, 'RefusedByService') || error instanceof UnrecoverableError;
  return { outcome: isFinal || lastAttempt ? 'failed' : 'retry', error: withItsCauses(error, isFinal) };
}

/** Longest reason that is kept with a job, in characters. */
const maxReasonLength = 1_000;

/**
 * BullMQ keeps an error's message and stack, but not its causes. This message contains the causes, too ("the service answered 500"), without
 * credentials and without anybody's data.
 */
function withItsCauses(error: Error, isFinal: boolean): Error {
  const words = describeError(error).slice(0, maxReasonLength);
  const told = isFinal ? new UnrecoverableError(words) : new Error(words, { cause: error });
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  told.stack = [`${error.name}: ${words}`, ...frames].join('\n');
  return told;
}

// BullMQ can move a running job to 'delayed' itself, but that has an open bug. Adding comes first: should the process die in between,
// the job runs once more; the other way round it would be lost.
async function runLater(
  enqueuer: Enqueuer,
  name: JobName,
  job: Job<JobPayload>,
  delayMs: number,
  context: JobContext,
): Promise<SettledJob> {
  const jobId = laterJobId(context.jobId);
  try {
    await enqueuer.add(name, parseJobData(name, job.data), { jobId, delayMs });
  } catch (error) {
    return failed(error instanceof Error ? error : new Error(String(error)), context);
  }
  return { outcome: 'later', returnValue: jobId };
}

async function putBack(job: Job<JobPayload>, token: string | undefined): Promise<SettledJob> {
  try {
    await job.moveToWait(token);
    return { outcome: 'interrupted', error: new WaitingError() };
  } catch (error) {
    // Its lock runs out, and another worker takes it.
    return { outcome: 'interrupted', error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Where the data is wrong, without the data. */
function wrongParts(error: unknown): string {
  if (!(error instanceof z.ZodError)) return 'it cannot be read';
  return error.issues.map((issue) => `${issue.path.join('.') || 'data'} (${issue.code})`).join(', ');
}
