import { setTimeout as pause } from 'node:timers/promises';
import { describeError } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';
import { pauseBefore } from './restarts.ts';

export interface KeptDatabase {
  isRunning(): Promise<boolean>;
  /** Starts it. @returns its URL. */
  start(): Promise<string>;
  /** Where the server says why it ended. */
  readonly logFile: string;
}

const lookEveryMs = 1_000;

/**
 * Starts a database again whenever it has ended without having been told to.
 * @returns when the signal says so. @throws LaunchError when it came back at another address, which nobody knows.
 */
export async function keepDatabase(
  database: KeptDatabase,
  { url, say, signal }: { url: string; say: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  let failures = 0;
  let readyAt = performance.now();
  for (;;) {
    await pause(lookEveryMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    if (await database.isRunning()) continue;
    const { failures: count, pauseMs } = pauseBefore(failures, performance.now() - readyAt);
    failures = count;
    say(`The database stopped by itself. Its log: ${database.logFile}. Starting it again in ${pauseMs / 1_000} s.`);
    await pause(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      const again = await database.start();
      if (again !== url) throw new LaunchError('Another program has taken the port of the database. Start the system again.');
      say('The database is ready again.');
    } catch (error) {
      if (error instanceof LaunchError) throw error;
      say(`The database did not start: ${describeError(error)}`);
    }
    readyAt = performance.now();
  }
}
