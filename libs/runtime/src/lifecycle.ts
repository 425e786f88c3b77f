import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './logger.ts';

/** Anything long-lived. `stop` is idempotent and bounded in time. */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The time limit of `withinTime` has passed. */
export class TimeLimitExceeded extends Error {
  override readonly name = 'TimeLimitExceeded';
}

/**
 * Waits for `work`, `milliseconds` at most. The work itself goes on. A process that stood still itself looks at what has come in meanwhile
 * before it gives up.
 * @returns its value. @throws what it throws, or TimeLimitExceeded.
 */
export async function withinTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new TimeLimitExceeded(`no answer within ${milliseconds} ms`));
    // What came in is read after the timers, and before what is set immediate.
    timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), milliseconds);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for work during a shutdown, where a stuck part must not hold up the rest.
 * @returns whether `work` ended within `milliseconds`.
 * @throws what it throws.
 */
export async function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  try {
    await withinTime(milliseconds, work);
    return true;
  } catch (error) {
    if (error instanceof TimeLimitExceeded) return false;
    throw error;
  }
}

/**
 * Starts services in order and stops them in reverse order. When one fails to start, those already started are stopped.
 * @param stopTimeoutMs how long each service may take to stop.
 */
export function createServiceGroup(services: readonly Service[], logger: Logger, stopTimeoutMs = 10_000): Service {
  const running: Service[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (let service = running.pop(); service !== undefined; service = running.pop()) {
      try {
        if (!(await endsWithin(stopTimeoutMs, service.stop())))
          logger.warn({ service: service.name, stopTimeoutMs }, 'service did not stop in time');
      } catch (error) {
        logger.error({ err: error, service: service.name }, 'service failed to stop');
      }
    }
  }

  return {
    name: 'group',
    async start() {
      for (const service of services) {
        try {
          await service.start();
          running.push(service);
        } catch (error) {
          await stopAll();
          throw error;
        }
      }
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

export interface ProcessOptions {
  /** The check behind `/readyz`. Absent: the process is ready once it has started. */
  isReady?: () => Promise<boolean>;
}

const readinessEveryMs = 50;
/** After this time, in milliseconds, the log says that the process has started but is not ready. */
const readinessPatienceMs = 5_000;

/**
 * Runs a process: starts the service, tells a parent process when it has started and when it is ready, and stops on SIGTERM, SIGINT or the
 * loss of the parent. The line "ready" comes when `/readyz` says 200 for the first time.
 * Exit code 0 after a requested stop, 1 when the start failed.
 */
export async function runProcess(service: Service, logger: Logger, { isReady }: ProcessOptions = {}): Promise<void> {
  const stopped = new AbortController();
  const stop = async (reason: string) => {
    if (stopped.signal.aborted) return;
    stopped.abort();
    logger.info({ reason }, 'stopping');
    await service.stop();
    logger.info('stopped');
    logger.flush();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('disconnect', () => void stop('parent process is gone'));
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  try {
    await service.start();
  } catch (error) {
    logger.fatal({ err: error }, error instanceof Error ? error.message : 'start failed');
    logger.flush();
    process.exitCode = 1;
    process.disconnect?.();
    process.exit(1);
  }
  if (isReady !== undefined) {
    process.send?.({ type: 'started' });
    await untilReady(isReady, stopped.signal, logger);
  }
  if (stopped.signal.aborted) return;
  logger.info('ready');
  process.send?.({ type: 'ready' });
}

async function untilReady(isReady: () => Promise<boolean>, signal: AbortSignal, logger: Logger): Promise<void> {
  const startedAt = performance.now();
  let isTold = false;
  while (!signal.aborted && !(await isReady().catch(() => false))) {
    if (!isTold && performance.now() - startedAt >= readinessPatienceMs) {
      logger.warn('started, and not ready yet: /readyz answers 503, /health or the lines before say why');
      isTold = true;
    }
    await pause(readinessEveryMs, undefined, { signal }).catch(() => {});
  }
}
