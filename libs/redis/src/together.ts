import DataLoader from 'dataloader';
import { Cluster } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';

const maxKeysAtATime = 500;

/**
 * @returns what reads the value of a key; null when there is none. Those who ask in the same turn of the event loop share one command,
 * which is a third of the work; in a cluster, where a command's keys have to be on one node, they share a round trip at best.
 */
export function readTogether(redis: RedisConnection): (key: string) => Promise<string | null> {
  if (redis instanceof Cluster) return (key) => redis.get(key).catch(nullForAnotherType);
  const loader = new DataLoader<string, string | null>((keys) => redis.mget([...keys]), {
    cache: false,
    maxBatchSize: maxKeysAtATime,
    batchScheduleFn: setImmediate,
  });
  return (key) => loader.load(key);
}

/** As MGET does it: what is there is no value that could be read, and no reason to doubt the server. */
function nullForAnotherType(error: unknown): null {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
  throw error;
}
