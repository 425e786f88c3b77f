import DataLoader from 'dataloader';
import { Cluster } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';

const maxKeysAtATime = 500;

/**
 * @returns what reads the value of a key; null when there is none. Those who ask in the same turn of the event loop share one command,
 * which is a third of the work; in a cluster, where a command's keys have to be on one node, they share a round trip at best.
 */
export function readTogether(redis: RedisConnection): (key: string) => Promise<string | null> {
  if (redis instanceof Cluster) return (key) => redis.get(key);
  const loader = new DataLoader<string, string | null>((keys) => redis.mget([...keys]), {
    cache: false,
    maxBatchSize: maxKeysAtATime,
    batchScheduleFn: setImmediate,
  });
  return (key) => loader.load(key);
}
