import { Cluster } from 'ioredis';
import type { RedisConnection } from './connection.ts';

/** The servers that hold the data: one, or the masters of a cluster. */
const mastersOf = (redis: RedisConnection) => (redis instanceof Cluster ? redis.nodes('master') : [redis]);

/** The lines of an INFO answer, by name. */
function readInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );
}

/**
 * In what ways the servers are set up to lose jobs.
 * @returns a sentence for each: what is wrong, what it costs, how to cure it. None when all is well, or a server will not say.
 */
export async function findDurabilityRisks(redis: RedisConnection): Promise<string[]> {
  const nodes = mastersOf(redis);
  const answers = await Promise.all(nodes.map((node) => node.info()));
  const risks = new Set<string>();
  for (const info of answers.map(readInfo)) {
    const policy = info.get('maxmemory_policy');
    if (policy !== undefined && policy !== 'noeviction')
      risks.add(`Redis drops keys when its memory is full (maxmemory-policy ${policy}): jobs get lost. Set maxmemory-policy noeviction.`);
    if (info.get('aof_enabled') === '0')
      risks.add('Redis does not write every change to disk (appendonly no): a crash loses jobs. Set appendonly yes.');
  }
  return [...risks];
}

/**
 * An id of the servers' current run. A restart or a failover changes it: what was written before may be missing or out of date then.
 */
export async function readIncarnation(redis: RedisConnection): Promise<string> {
  const nodes = mastersOf(redis);
  if (nodes.length === 0) throw new Error('the cluster names no master');
  const ids = await Promise.all(
    nodes.map(async (node) => {
      const [, id] = /^run_id:(\w+)/m.exec(await node.info('server')) ?? [];
      if (id === undefined) throw new Error('Redis answered INFO without a run_id');
      return id.slice(0, 12);
    }),
  );
  return ids.sort().join('');
}
