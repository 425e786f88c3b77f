import { connectRedis, parseRedisUrl } from '@mood/redis';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { createRedisServer } from './redis-server.ts';

const slots = 16_384;

export interface RedisCluster {
  readonly url: string;
  remove(): Promise<void>;
}

/** A started cluster of masters that share the slots. */
export async function startRedisCluster(masters = 3): Promise<RedisCluster> {
  const servers = await Promise.all(
    Array.from({ length: masters }, async () => {
      const busPort = String(await freePort());
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-node-timeout', '2000'];
      return { ...(await createRedisServer({ durability: 'never', settings })), busPort };
    }),
  );
  await Promise.all(servers.map((server) => server.start()));
  const nodes = servers.map(({ url }) =>
    connectRedis(parseRedisUrl(url), { name: 'cluster', maxRetriesPerRequest: 20, onError: () => {} }),
  );
  for (const [index, node] of nodes.entries()) {
    const [first, last] = [Math.ceil((slots * index) / masters), Math.ceil((slots * (index + 1)) / masters) - 1];
    await node.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
  }
  const [firstNode] = nodes;
  for (const { port, busPort } of servers) await firstNode?.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  await eventually(
    () => Promise.all(nodes.map(async (node) => String(await node.call('CLUSTER', 'INFO')))),
    (answers) => answers.every((info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${masters}`)),
  );
  await Promise.all(nodes.map((node) => node.quit()));
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    async remove() {
      await Promise.all(servers.map((server) => server.remove()));
    },
  };
}
