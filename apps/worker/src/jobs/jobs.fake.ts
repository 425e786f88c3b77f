import type { AutoReplyStore } from '@mood/domain';
import type { JobContext } from '@mood/queue';
import { createLogger } from '@mood/runtime';

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this of the store');
}

/** A store of replies in which nothing may be asked but what a test allows. */
export function createRepliesUnderTest(allowed: Partial<AutoReplyStore>): AutoReplyStore {
  return {
    receive: notAsked,
    answered: notAsked,
    find: notAsked,
    beginSending: notAsked,
    reopen: notAsked,
    reassign: notAsked,
    cancel: notAsked,
    confirmSent: notAsked,
    fail: notAsked,
    ...allowed,
  };
}

export const silent = createLogger({ name: 'worker-test', level: 'silent' });

/** An attempt at a job. */
export function attemptOf(lastAttempt: boolean): JobContext {
  return { jobId: 'job-1', attempt: lastAttempt ? 5 : 1, lastAttempt, signal: new AbortController().signal, logger: silent };
}
