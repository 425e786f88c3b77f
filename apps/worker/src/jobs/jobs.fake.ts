import type { JobContext } from '@mood/queue';
import { createLogger } from '@mood/runtime';

export const silent = createLogger({ name: 'worker-test', level: 'silent' });

/** An attempt at a job. */
export function attemptOf(lastAttempt: boolean): JobContext {
  return { jobId: 'job-1', attempt: lastAttempt ? 5 : 1, lastAttempt, signal: new AbortController().signal, logger: silent };
}
