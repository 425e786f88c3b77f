import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { createProblemLog } from './problem-log.ts';

export interface LoopOptions {
  name: string;
  /** Milliseconds between rounds when there was nothing to do. */
  idleMs: number;
  /** Milliseconds between rounds after one that returned `rest`, unless `wake` is called. Default: `idleMs`. */
  restMs?: number;
  /** Milliseconds to wait after a failure; doubles with each further one, up to 32 times as long. */
  failureMs?: number;
  logger: Logger;
  /**
   * One round. Returns `more` when there is work left: the next round starts at once; `rest` when somebody will call `wake` as soon as there is
   * some. `signal` is aborted when the loop has to stop.
   */
  round: (signal: AbortSignal) => Promise<'more' | 'idle' | 'rest'>;
}

export interface Loop extends Service {
  /** There may be work: a rest ends, `idleMs` after the last round at the earliest. Costs nothing; calls during a round bring one further round. */
  wake(): void;
}

const maxBackoffFactor = 32;

/** Repeats a task until it is stopped. A failed round is logged (`createProblemLog`) and repeated with exponential backoff; `stop` waits for the current round. */
export function createLoop(options: LoopOptions): Loop {
  const { name, idleMs, restMs = idleMs, failureMs = 250, logger, round } = options;
  const tellProblem = createProblemLog(logger, 'round failed');
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  /** Aborted when the loop is woken. A new one for each round, so that a call during it is not lost. */
  let woken = new AbortController();

  const pauseUnless = (signal: AbortSignal, ms: number) => (ms > 0 ? pause(ms, undefined, { signal }).catch(() => {}) : undefined);

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      let rest: number;
      let mayBeWoken = false;
      woken = new AbortController();
      try {
        const outcome = await round(stopped.signal);
        mayBeWoken = outcome === 'rest';
        rest = outcome === 'more' ? 0 : idleMs;
        failures = 0;
      } catch (error) {
        rest = failureMs * Math.min(2 ** failures, maxBackoffFactor);
        failures += 1;
        tellProblem(name, error, { failures, nextRoundInMs: rest });
      }
      await pauseUnless(stopped.signal, rest);
      if (mayBeWoken && !stopped.signal.aborted) await pauseUnless(woken.signal, restMs - rest);
    }
  }

  return {
    name,
    async start() {
      running ??= run();
    },
    wake: () => woken.abort(),
    async stop() {
      stopped.abort();
      woken.abort();
      await running;
    },
  };
}
