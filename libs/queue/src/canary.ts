import { randomUUID } from 'node:crypto';
import { createLoop } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { QueueBackend } from './backend.ts';
import { queueNames } from './catalog.ts';
import type { QueueName } from './catalog.ts';

/** The name of the job without effect. Not in the catalog: only workers add it, and no handler gets it. */
export const canaryName = 'canary';

export interface Canaries {
  /** Milliseconds since a canary of this process last came through the queue. Infinity: never yet. */
  sinceLast(queue: QueueName): number;
  /** A worker of this process has run a canary, perhaps of another process. */
  ran(jobId: string): void;
  stop(): void;
}

// Last in, first out, so that a backlog does not look like a standstill. Removed when it ends, also when it fails.
const canaryOptions = { lifo: true, attempts: 1, removeOnFail: true };

/**
 * Sends a canary through every queue, and the next one when it came through: a health check of adding, taking and finishing jobs.
 * A paused queue counts as healthy.
 */
export function startCanaries(backend: QueueBackend, everyMs: number, logger: Logger): Canaries {
  const birds = queueNames.map((name) => ({ name, queue: backend.createQueue(name), jobId: undefined as string | undefined }));
  const cameThrough = new Map<QueueName, number>();

  function letThrough(bird: (typeof birds)[number]): void {
    cameThrough.set(bird.name, performance.now());
  }

  async function look(bird: (typeof birds)[number]): Promise<void> {
    const { queue, jobId } = bird;
    if (jobId !== undefined) {
      const isThrough = (await queue.getJob(jobId)) === undefined;
      if (isThrough || (await queue.isPaused())) letThrough(bird);
      if (!isThrough) return;
    }
    // Set before `add`, because the job may run before `add` resolves.
    bird.jobId = `canary-${randomUUID()}`;
    try {
      await queue.add(canaryName, {}, { ...canaryOptions, jobId: bird.jobId });
    } catch (error) {
      // Otherwise a canary that was never added would count as one that came through.
      bird.jobId = undefined;
      throw error;
    }
  }

  const loop = createLoop({
    name: 'canaries',
    idleMs: everyMs,
    logger,
    async round() {
      // A failure shows in the canary that does not come through, and in the log of the store's errors.
      await Promise.allSettled(birds.map(look));
      return 'idle';
    },
  });
  void loop.start();
  return {
    sinceLast: (queue) => performance.now() - (cameThrough.get(queue) ?? -Infinity),
    ran(jobId) {
      const own = birds.find((bird) => bird.jobId === jobId);
      if (own !== undefined) letThrough(own);
    },
    stop: () => void loop.stop(),
  };
}
