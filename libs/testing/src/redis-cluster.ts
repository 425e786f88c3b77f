import { connectRedis, parseRedisUrl } from '@mood/redis';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { createRedisServer } from './redis-server.ts';

const slots = 16_384;

export interface RedisCluster {
  readonly url: string;
  remove(): Promise<void>;
}

interface Node {
  url: string;
  port: number;
  busPort: string;
}

async function join(nodes: readonly Node[]): Promise<void> {
  const clients = nodes.map(({ url }) =>
    connectRedis(parseRedisUrl(url), { name: 'cluster', maxRetriesPerRequest: 20, onError: () => {} }),
  );
  for (const [index, client] of clients.entries()) {
    const [first, last] = [Math.ceil((slots * index) / nodes.length), Math.ceil((slots * (index + 1)) / nodes.length) - 1];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
  }
  for (const { port, busPort } of nodes) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  await eventually(
    () => Promise.all(clients.map(async (client) => String(await client.call('CLUSTER', 'INFO')))),
    (answers) => answers.every((info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`)),
  );
  await Promise.all(clients.map((client) => client.quit()));
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
  const remove = async () => {
    await Promise.all(servers.map((server) => server.remove()));
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    await join(servers);
  } catch (error) {
    await remove();
    throw error;
  }
  return { url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, remove };
}
