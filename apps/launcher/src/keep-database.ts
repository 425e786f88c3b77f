import { setTimeout as pause } from 'node:timers/promises';
import { describeError } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';
import { pauseBefore } from './restarts.ts';

export interface KeptDatabase {
  isRunning(): Promise<boolean>;
  /** Starts the database. @returns its URL. */
  start(): Promise<string>;
  /** The server's log, which says why it ended. */
  readonly logFile: string;
}

const lookEveryMs = 1_000;

/**
 * Restarts a database whenever it ends unexpectedly.
 * @returns when the signal is aborted.
 * @throws LaunchError when it comes back at another address, which the other processes do not know.
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
