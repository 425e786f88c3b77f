import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { createRedisServer } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';
import { askRedis, follows } from './redis-sentinel.ts';

const slots = 16_384;

export interface RedisCluster {
  readonly url: string;
  /** Kills the master of a share of the slots, waits for its replica to take over, and starts the dead one again, as a replica. */
  failOver(shard: number): Promise<void>;
  remove(): Promise<void>;
}

export interface RedisClusterOptions {
  masters?: number;
  /** Of each master. */
  replicas?: 0 | 1;
}

type Node = RedisServer & { readonly busPort: string };

const ask = (node: Node | undefined, ...command: [string, ...string[]]) => {
  if (node === undefined) throw new Error('The cluster has no such node.');
  return askRedis(node.url, ...command);
};

async function join(masters: readonly Node[], replicas: readonly Node[]): Promise<void> {
  const nodes = [...masters, ...replicas];
  for (const [index, master] of masters.entries()) {
    const [first, last] = [Math.ceil((slots * index) / masters.length), Math.ceil((slots * (index + 1)) / masters.length) - 1];
    await ask(master, 'CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
  }
  for (const { port, busPort } of nodes) await ask(masters[0], 'CLUSTER', 'MEET', '127.0.0.1', String(port), busPort);
  await eventually(
    () => Promise.all(nodes.map(async (node) => String(await ask(node, 'CLUSTER', 'INFO')))),
    (answers) => answers.every((info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`)),
    30_000,
  );
  for (const [index, replica] of replicas.entries())
    await ask(replica, 'CLUSTER', 'REPLICATE', String(await ask(masters[index], 'CLUSTER', 'MYID')));
  await eventually(
    () => Promise.all(replicas.map(({ url }) => follows(url))),
    (found) => found.every(Boolean),
    30_000,
  );
}

/** A started cluster of masters that share the slots. */
export async function startRedisCluster({ masters = 3, replicas = 0 }: RedisClusterOptions = {}): Promise<RedisCluster> {
  const servers: Node[] = await Promise.all(
    Array.from({ length: masters * (1 + replicas) }, async () => {
      const busPort = String(await freePort());
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-node-timeout', '2000'];
      return { ...(await createRedisServer({ durability: 'never', settings })), busPort };
    }),
  );
  const remove = async () => {
    await Promise.all(servers.map((server) => server.remove()));
  };
  const shards = servers.slice(0, masters).map((master, index) => ({ master, replica: servers[masters + index] }));
  try {
    await Promise.all(servers.map((server) => server.start()));
    await join(servers.slice(0, masters), servers.slice(masters));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    async failOver(nth) {
      const shard = shards[nth % shards.length];
      if (shard?.replica === undefined) throw new Error('This cluster has no replicas.');
      const { master, replica } = shard;
      await master.kill();
      await eventually(
        () => ask(replica, 'ROLE'),
        (role) => Array.isArray(role) && role[0] === 'master',
        60_000,
      );
      Object.assign(shard, { master: replica, replica: master });
      await master.start();
      await eventually(() => follows(master.url), Boolean, 60_000);
      await eventually(
        () => ask(replica, 'CLUSTER', 'INFO'),
        (info) => String(info).includes('cluster_state:ok'),
        30_000,
      );
    },
    remove,
  };
}
