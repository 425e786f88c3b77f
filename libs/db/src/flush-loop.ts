import { createLoop, endsWithin } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';

/** How long stopping waits for the last sums to be stored, in milliseconds. */
const lastFlushMs = 3_000;

export interface FlushLoopOptions {
  name: string;
  /** Milliseconds between two flushes. */
  flushMs: number;
  logger: Logger;
  flush: () => Promise<void>;
}

/** Stores again and again what has been summed up in memory, and once more when it is stopped. A flush that fails is repeated. */
export function createFlushLoop({ name, flushMs, logger, flush }: FlushLoopOptions): Service {
  const loop = createLoop({
    name,
    idleMs: flushMs,
    logger,
    async round() {
      await flush();
      return 'idle';
    },
  });
  return {
    ...loop,
    async stop() {
      await loop.stop();
      await endsWithin(lastFlushMs, flush());
    },
  };
}
