import { randomUUID } from 'node:crypto';
import { createLoop } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { QueueBackend } from './backend.ts';
import { canaryName } from './canary-name.ts';
import { queueNames } from './catalog.ts';
import type { ShardName } from './shards.ts';

export interface Canaries {
  /**
   * For how long the queue may have let nothing through, in milliseconds: since its last canary came through, or a job ended, without the time
   * in which none had to be sent. Infinity: no canary of this process came through yet.
   */
  stuckFor(queue: ShardName): number;
  /** A worker of this process has run a canary, perhaps of another process. */
  ran(jobId: string): void;
  stop(): void;
}

// Last in, first out, so that a backlog does not look like a standstill. Removed when it ends, also when it fails.
const canaryOptions = { lifo: true, attempts: 1, removeOnFail: true };

export interface CanaryTimes {
  /** Milliseconds between two looks for canaries that did not come through yet. */
  lookEveryMs: number;
  /**
   * How long a queue counts as healthy after a canary, or a job, came through it: so long none is sent. Twice as long after each canary in a row
   * between which no job ended, eight times at most: in a queue in PostgreSQL a canary writes kilobytes.
   */
  healthyForMs: number;
}

const longestHealthy = 8;

/**
 * Sends a canary through every queue, each shard of it, and the next one some time after it came through: a health check of adding, taking and finishing jobs.
 * A paused queue counts as healthy.
 * @param sinceEnded milliseconds since a worker of this process finished a job of the queue.
 */
export function startCanaries(
  backend: QueueBackend,
  { lookEveryMs, healthyForMs }: CanaryTimes,
  sinceEnded: (queue: ShardName) => number,
  logger: Logger,
): Canaries {
  const shards = queueNames.flatMap((name) => backend.shardsOf(name));
  const birds = shards.map((name) => ({
    name,
    queue: backend.createQueue(name),
    jobId: undefined as string | undefined,
    cameThroughAt: -Infinity,
    /** Times `healthyForMs`: so long no canary is sent. */
    healthy: 1,
  }));

  function letThrough(bird: (typeof birds)[number]): void {
    bird.cameThroughAt = performance.now();
  }

  /** Milliseconds since a canary had to be sent; negative: until then. */
  function overdueFor({ name, cameThroughAt, healthy }: (typeof birds)[number]): number {
    const now = performance.now();
    const endedAt = now - sinceEnded(name);
    return endedAt > cameThroughAt ? now - endedAt - healthyForMs : now - cameThroughAt - healthy * healthyForMs;
  }

  async function look(bird: (typeof birds)[number]): Promise<void> {
    const { queue, jobId } = bird;
    if (jobId !== undefined) {
      const isThrough = (await queue.getJob(jobId)) === undefined;
      if (isThrough || (await queue.isPaused())) letThrough(bird);
      if (!isThrough) return;
      bird.jobId = undefined;
      const isAlone = sinceEnded(bird.name) > bird.healthy * healthyForMs;
      bird.healthy = isAlone ? Math.min(2 * bird.healthy, longestHealthy) : 1;
    }
    if (overdueFor(bird) < 0) return;
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
    idleMs: lookEveryMs,
    logger,
    async round() {
      // A failure shows in the canary that does not come through, and in the log of the store's errors.
      await Promise.allSettled(birds.map(look));
      return 'idle';
    },
  });
  void loop.start();
  return {
    stuckFor(queue) {
      const bird = birds.find(({ name }) => name === queue);
      if (bird === undefined || bird.cameThroughAt === -Infinity) return Infinity;
      return healthyForMs + Math.max(0, overdueFor(bird));
    },
    ran(jobId) {
      const own = birds.find((bird) => bird.jobId === jobId);
      if (own !== undefined) letThrough(own);
    },
    stop: () => void loop.stop(),
  };
}
