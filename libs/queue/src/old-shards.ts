import { createLoop } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import type { QueueBackend } from './backend.ts';
import { queueNames } from './catalog.ts';
import type { QueueName } from './catalog.ts';
import type { ShardName } from './shards.ts';

/** Between two looks, in milliseconds: so much later the jobs are run of somebody who believes that there are more shards than there are. */
const lookEveryMs = 10_000;

/**
 * Looks for jobs in shards beyond those that there are now, and has them worked off.
 * @param start starts workers of a shard; called once for each.
 */
export function startDraining(
  backend: Pick<QueueBackend, 'findOldShards'>,
  start: (queue: QueueName, shard: ShardName) => void,
  logger: Logger,
): { stop(): void } {
  const started = new Set<ShardName>();
  let stopped = false;
  const loop = createLoop({
    name: 'old shards',
    idleMs: lookEveryMs,
    logger,
    async round() {
      for (const queue of queueNames) {
        // That the store is away stands in the log of its errors.
        for (const shard of await backend.findOldShards(queue).catch(() => [])) {
          if (stopped || started.has(shard)) continue;
          started.add(shard);
          logger.info({ queue, shard }, 'there are jobs in a queue of before: they are run, too');
          start(queue, shard);
        }
      }
      return 'idle';
    },
  });
  void loop.start();
  return {
    stop() {
      stopped = true;
      void loop.stop();
    },
  };
}
