import type { Logger } from './logger.ts';

/** Anything long-lived. `stop` is idempotent and bounded in time. */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Gives up waiting after `milliseconds`, so that one stuck part cannot hold up a shutdown. */
export async function withinTime(milliseconds: number, work: Promise<unknown>): Promise<'done' | 'timed out'> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<'timed out'>((resolve) => {
    timer = setTimeout(() => resolve('timed out'), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => 'done' as const), expired]);
  } finally {
    clearTimeout(timer);
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
        const outcome = await withinTime(stopTimeoutMs, service.stop());
        if (outcome === 'timed out') logger.warn({ service: service.name, stopTimeoutMs }, 'service did not stop in time');
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

/**
 * Runs a process: starts the service, tells a parent process that it is ready, and stops on SIGTERM, SIGINT or the loss of the parent.
 * Exit code 0 after a requested stop, 1 when the start failed.
 */
export async function runProcess(service: Service, logger: Logger): Promise<void> {
  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
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
  logger.info('ready');
  process.send?.({ type: 'ready' });
}
