import { setTimeout as pause } from 'node:timers/promises';
import type { JobOutcome } from '@mood/queue';

/** Shorter waits happen in the job: clocks of hosts differ by milliseconds, which are not worth a new job. */
const shortWaitMs = 1_000;

/**
 * Something is not due yet by the database's clock, though the queue's clock said so.
 * @returns 'again' after a short wait; otherwise the outcome that puts the job off.
 */
export async function waitOrLater(remainingMs: number, signal: AbortSignal): Promise<'again' | JobOutcome> {
  const delayMs = Math.ceil(remainingMs);
  if (delayMs > shortWaitMs) return { kind: 'later', delayMs };
  await pause(delayMs, undefined, { signal });
  return 'again';
}
