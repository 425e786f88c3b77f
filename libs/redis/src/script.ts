import { createHash } from 'node:crypto';
import type { RedisConnection } from './connect-redis.ts';

/** A Lua script that Redis runs as one step. All its keys have to be on one node of a cluster. */
export type RedisScript = (redis: RedisConnection, keys: readonly string[], values: readonly (string | number)[]) => Promise<unknown>;

/** Sends the script itself only to a Redis that does not have it yet. */
export function createScript(lua: string): RedisScript {
  const digest = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, values) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...values);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(lua, keys.length, ...keys, ...values);
    }
  };
}
