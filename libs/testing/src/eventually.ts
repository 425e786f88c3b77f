import { setTimeout as pause } from 'node:timers/promises';
import { startStopwatch } from './processor-time.ts';

/** How long it waits between two looks: what is waited for for longer is looked at less often, so that waiting leaves the processor to others. */
const pollMs = { least: 20, most: 100, shareOfWait: 0.05 };

/** For what comes at once on a quick machine, and has no time of its own to keep: how soon it comes is for the tests that measure it. */
const patienceMs = 30_000;

/**
 * Looks again and again until what it finds is as wanted. For effects that show only over HTTP.
 * @throws with the last finding when that has not come within `withinMs`, not counting what a busy machine makes of it.
 */
export async function eventually<T>(look: () => Promise<T>, wanted: (found: T) => boolean, withinMs = patienceMs): Promise<T> {
  const began = performance.now();
  const elapsed = startStopwatch();
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    // The stopwatch is looked at last: it asks the system about each process.
    if (performance.now() - began > withinMs && elapsed() > withinMs)
      throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(found)}`);
    await pause(Math.min(pollMs.most, Math.max(pollMs.least, (performance.now() - began) * pollMs.shareOfWait)));
  }
}

/** As `eventually`, for a question that is answered by yes or no. @throws with the question when it is still no after `withinMs`. */
export async function until(question: () => boolean | Promise<boolean>, withinMs = patienceMs): Promise<void> {
  await eventually(
    async () => ({ yes: await question(), question: question.toString() }),
    ({ yes }) => yes,
    withinMs,
  );
}
