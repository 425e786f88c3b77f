import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { createProblemLog } from './problem-log.ts';

export interface LoopOptions {
  name: string;
  /** Milliseconds between rounds when there was nothing to do. */
  idleMs: number;
  /** Milliseconds to wait after a failure; doubles with each further one, up to 32 times as long. */
  failureMs?: number;
  logger: Logger;
  /** One round. Returns `more` when there is work left: the next round starts at once. `signal` is aborted when the loop has to stop. */
  round: (signal: AbortSignal) => Promise<'more' | 'idle'>;
}

const maxBackoffFactor = 32;

/** Repeats a task until it is stopped. A failed round is logged (`createProblemLog`) and repeated with exponential backoff; `stop` waits for the current round. */
export function createLoop(options: LoopOptions): Service {
  const { name, idleMs, failureMs = 250, logger, round } = options;
  const tellProblem = createProblemLog(logger, 'round failed');
  const stopped = new AbortController();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      let rest: number;
      try {
        rest = (await round(stopped.signal)) === 'more' ? 0 : idleMs;
        failures = 0;
      } catch (error) {
        rest = failureMs * Math.min(2 ** failures, maxBackoffFactor);
        failures += 1;
        tellProblem(name, error, { failures, nextRoundInMs: rest });
      }
      if (rest > 0) await pause(rest, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  return {
    name,
    async start() {
      running ??= run();
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
