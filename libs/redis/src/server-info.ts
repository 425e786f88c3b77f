import { withinTime } from '@mood/runtime';
import { Cluster } from 'ioredis';
import type { Redis } from 'ioredis';
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

/** Servers that a connection has been found to reach. While it is the same object, so are the connection and the servers. */
export interface ReachedServers {
  /** Of the run of each, and of what it replicates: a restart or a failover changes them. */
  readonly ids: string;
}

/** Which servers a connection reaches. */
export interface ServerWatch {
  /** undefined: not known now. */
  readonly reached: ReachedServers | undefined;
  /** Asks them who they are. @throws Error when they do not answer in time, or one is no master. */
  look(): Promise<void>;
}

class NoMaster extends Error {}

async function readServerId(node: Redis): Promise<string> {
  const info = readInfo(await node.info('server', 'replication'));
  const [run, replication] = [info.get('run_id'), info.get('master_replid')];
  if (run === undefined || replication === undefined) throw new Error('Redis answered INFO without run_id and master_replid');
  if (info.get('role') !== 'master') throw new NoMaster('this Redis is a replica');
  return `${run.slice(0, 16)}${replication.slice(0, 16)}`;
}

/** What is known is forgotten at once when the connection breaks, or the cluster has other masters. @param limitMs for one look. */
export function watchServers(redis: RedisConnection, limitMs: number): ServerWatch {
  let reached: ReachedServers | undefined;
  let addresses = '';
  let forgotten = 0;
  const addressesNow = () =>
    mastersOf(redis)
      .map(({ options: { host, port } }) => `${host}:${port}`)
      .toSorted()
      .join();
  const forget = () => {
    reached = undefined;
    forgotten += 1;
  };
  for (const event of ['close', 'end', '+node', '-node']) redis.on(event, forget);
  redis.on('refresh', () => {
    if (addressesNow() !== addresses) forget();
  });

  return {
    get reached() {
      return reached;
    },
    async look() {
      const before = forgotten;
      addresses = addressesNow();
      try {
        const masters = mastersOf(redis);
        if (masters.length === 0) throw new Error('the cluster names no master');
        const ids = (await withinTime(limitMs, Promise.all(masters.map(readServerId)))).toSorted().join();
        if (forgotten === before && reached?.ids !== ids) reached = { ids };
      } catch (error) {
        forget();
        // Where the address leads to may have changed.
        if (error instanceof NoMaster) redis.disconnect(true);
        throw error;
      }
    },
  };
}
