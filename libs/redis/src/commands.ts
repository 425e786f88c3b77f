import { createHash } from 'node:crypto';
import { withinTime } from '@mood/runtime';
import DataLoader from 'dataloader';
import { Cluster } from 'ioredis';
import type { RedisConnection } from './connection.ts';

/** A Lua script that Redis runs as one step. All its keys have to be on one node of a cluster. */
export type RedisScript = (redis: RedisConnection, keys: readonly string[], values: readonly (string | number)[]) => Promise<unknown>;

/** Sends the script itself only to a Redis that does not have it yet. */
export function createScript(lua: string): RedisScript {
  const digest = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, values) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('NOSCRIPT'))) throw error;
      return redis.eval(lua, keys.length, ...keys, ...values);
    }
  };
}

const maxKeysAtATime = 500;

/**
 * @returns a function that reads the value of a key, as `withinTime`; null when there is none. Calls in the same turn of the event loop share one MGET, which
 * costs a third. In a cluster, where the keys of a command have to be on one node, they share a round trip at best.
 */
export function readTogether(redis: RedisConnection, milliseconds: number): (key: string) => Promise<string | null> {
  if (redis instanceof Cluster) return (key) => withinTime(milliseconds, redis.get(key)).catch(nullForAnotherType);
  const loader = new DataLoader<string, string | null>((keys) => withinTime(milliseconds, redis.mget([...keys])), {
    cache: false,
    maxBatchSize: maxKeysAtATime,
    batchScheduleFn: setImmediate,
  });
  return (key) => loader.load(key);
}

/** MGET answers null for a key of another type, GET an error: the same answer for both. */
function nullForAnotherType(error: unknown): null {
  if (error instanceof Error && error.message.includes('WRONGTYPE')) return null;
  throw error;
}
