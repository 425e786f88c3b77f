import { Cluster } from 'ioredis';
import type { RedisConnection } from './connect-redis.ts';

/** What a server says of itself. */
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
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
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
