import { randomUUID } from 'node:crypto';
import { createLoop } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { QueueBackend } from './backend.ts';
import { queueNames } from './catalog.ts';
import type { QueueName } from './catalog.ts';

/** The job that does nothing but come through. It is no part of the catalog: nobody but a worker adds it, and no handler gets it. */
export const canaryName = 'canary';

export interface Canaries {
  /** How long ago the queue last let a canary of this process through, in milliseconds. Infinity: never yet. */
  sinceLast(queue: QueueName): number;
  /** A worker of this process has run that canary, whoever sent it. */
  ran(jobId: string): void;
  stop(): void;
}

// Ahead of all that waits, so that a backlog does not look like a standstill; and gone when it is over, however it ended.
const canaryOptions = { lifo: true, attempts: 1, removeOnFail: true };

/**
 * Sends a canary through every queue, and the next when it came through: the proof that what is added to a queue is taken and done.
 * A queue that an administrator paused is not blamed.
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
    // Known before it is added, because it may come through before that is confirmed.
    bird.jobId = `canary-${randomUUID()}`;
    try {
      await queue.add(canaryName, {}, { ...canaryOptions, jobId: bird.jobId });
    } catch (error) {
      // One that was never added is not to be taken for one that came through.
      bird.jobId = undefined;
      throw error;
    }
  }

  const loop = createLoop({
    name: 'canaries',
    idleMs: everyMs,
    logger,
    async round() {
      // What fails shows by the canary that does not come through, and in the log of the store's troubles.
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
