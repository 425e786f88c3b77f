import { connectRedis, parseRedisUrl } from '@mood/redis';
import { eventually } from './eventually.ts';
import { createRedisServer } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';

export interface RedisWithSentinel {
  readonly url: string;
  /** Kills the master. Its replica takes over when the sentinel has noticed. */
  killMaster(): Promise<void>;
  /** Kills the master, waits for its replica to take over, and starts the dead one again, as a replica. */
  failOver(): Promise<void>;
  remove(): Promise<void>;
}

const name = 'main';

/** Asks one server, over a connection of its own. */
export async function askRedis(url: string, ...command: [string, ...string[]]): Promise<unknown> {
  const client = connectRedis(parseRedisUrl(url), { name: 'test', maxRetriesPerRequest: 20, onError: () => {} });
  try {
    return await client.call(...command);
  } finally {
    client.disconnect();
  }
}

/** Whether a server is a replica that has all of its master. */
export async function follows(url: string): Promise<boolean> {
  const info = String(await askRedis(url, 'INFO', 'replication'));
  return info.includes('role:slave') && info.includes('master_link_status:up');
}

/** A started master with a replica, watched by a sentinel. */
export async function startRedisWithSentinel(durability: 'always' | 'never' = 'always'): Promise<RedisWithSentinel> {
  const first = await createRedisServer({ durability });
  const second = await createRedisServer({ durability, settings: ['--replicaof', '127.0.0.1', String(first.port)] });
  const sentinel = await createRedisServer({
    configuration: [
      `sentinel monitor ${name} 127.0.0.1 ${first.port} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 3000`,
      '',
    ].join('\n'),
    settings: ['--sentinel'],
  });
  const remove = async () => {
    for (const server of [sentinel, second, first]) await server.remove();
  };
  try {
    for (const server of [first, second, sentinel]) await server.start();
  } catch (error) {
    await remove();
    throw error;
  }
  let [master, replica]: [RedisServer, RedisServer] = [first, second];
  const portOfMaster = async () => {
    const answer = await askRedis(sentinel.url, 'SENTINEL', 'get-master-addr-by-name', name);
    return Array.isArray(answer) ? Number(answer[1]) : undefined;
  };
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/${name}`,
    killMaster: () => master.kill(),
    async failOver() {
      // The sentinel promotes only whom it knows as a replica.
      await eventually(
        () => askRedis(sentinel.url, 'SENTINEL', 'replicas', name),
        (found) => String(found).includes('flags,slave,') && String(found).includes('master-link-status,ok'),
        30_000,
      );
      await master.kill();
      await eventually(portOfMaster, (port) => port === replica.port, 30_000);
      [master, replica] = [replica, master];
      await replica.start();
      await eventually(() => follows(replica.url), Boolean, 60_000);
    },
    remove,
  };
}
