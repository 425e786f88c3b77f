import { Cluster } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';

/**
 * A word for the servers as they run now. Another one after a restart and after a failover: what was written before may be missing or
 * out of date then.
 */
export async function readIncarnation(redis: RedisConnection): Promise<string> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  if (nodes.length === 0) throw new Error('no master of the cluster is known');
  const ids = await Promise.all(
    nodes.map(async (node) => {
      const [, id] = /^run_id:(\w+)/m.exec(await node.info('server')) ?? [];
      if (id === undefined) throw new Error('Redis does not say which run of it this is');
      return id.slice(0, 12);
    }),
  );
  return ids.sort().join('');
}
