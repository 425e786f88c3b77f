import { endsWithin } from '@mood/runtime';
import { Cluster, Redis } from 'ioredis';
import type { RedisTarget } from './redis-url.ts';

/** One server (found by sentinels or not), or a cluster: both have the same commands. */
export type RedisConnection = Redis | Cluster;

export interface RedisConnectionOptions {
  /** As `CLIENT LIST` shows it. */
  name: string;
  /** How often a command is sent again when the connection broke; null: until it is answered. */
  maxRetriesPerRequest: number | null;
  /** Milliseconds after which a command is given up; for as long as it takes when absent. */
  commandTimeoutMs?: number;
  /** Milliseconds for which the server may be silent while it owes an answer; then the connection is made anew. Default: twice `commandTimeoutMs`, or 15 s. */
  silenceMs?: number;
  /** Whether commands wait while there is no connection. Default: true. */
  waits?: boolean;
  /** Whether a command of a cluster follows its key to a node that the client does not take for its master. Default: true. */
  redirects?: boolean;
  onError: (error: unknown) => void;
}

/** In milliseconds; longer than BullMQ's longest blocking command. */
const longestSilenceMs = 15_000;

/** From 50 ms to half a second between attempts, for ever. */
const retryAfterMs = (attempt: number) => Math.min(attempt * 50, 500);

/** Connects, and again whenever the connection is lost. Errors reach `onError`; calls fail on their own. */
export function connectRedis(target: RedisTarget, options: RedisConnectionOptions): RedisConnection {
  const { maxRetriesPerRequest, commandTimeoutMs, waits = true, redirects = true } = options;
  const { silenceMs = commandTimeoutMs === undefined ? longestSilenceMs : commandTimeoutMs * 2 } = options;
  const common = {
    connectionName: options.name,
    username: target.username,
    password: target.password,
    connectTimeout: 3_000,
    keepAlive: 5_000,
    // A timer for each connection that is closed, also for one that was lost before: it keeps a process alive that has nothing left to do.
    disconnectTimeout: 200,
    // After a failover the old master, a replica now, keeps its connections: connect again to find the new one.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? (1 as const) : false),
    // A vanished host sends no reset, and TCP keep-alive is silent while data waits to be acknowledged.
    socketTimeout: silenceMs,
    maxRetriesPerRequest,
    ...(commandTimeoutMs !== undefined && { commandTimeout: commandTimeoutMs }),
    ...(target.tls && { tls: {} }),
  };
  const perConnection = {
    enableOfflineQueue: waits,
    // Callers that do not wait want commands of a broken connection to fail, not to be sent again.
    autoResendUnfulfilledCommands: waits,
  };
  const connection = open();
  connection.on('error', options.onError);
  return connection;

  function open(): RedisConnection {
    switch (target.kind) {
      case 'cluster':
        return new Cluster([...target.nodes], {
          // A cluster's offline queue ignores the command timeout.
          enableOfflineQueue: waits && commandTimeoutMs === undefined,
          ...(!redirects && { maxRedirections: 0 }),
          clusterRetryStrategy: retryAfterMs,
          // The only way to notice a replaced node while no command is sent to it.
          slotsRefreshInterval: 5_000,
          slotsRefreshTimeout: 3_000,
          // Certificates name hosts, and a cluster announces addresses: they are taken as they are.
          ...(target.tls && { dnsLookup: (address, callback) => callback(null, address) }),
          redisOptions: common,
        });
      case 'sentinel':
        return new Redis({
          ...common,
          ...perConnection,
          db: target.db,
          sentinels: [...target.nodes],
          name: target.master ?? '',
          ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword }),
          ...(target.tls && { enableTLSForSentinelMode: true, sentinelTLS: target.tls ? {} : undefined }),
          sentinelRetryStrategy: retryAfterMs,
          retryStrategy: retryAfterMs,
        });
      case 'standalone': {
        const [{ host, port }] = target.nodes;
        return new Redis({ ...common, ...perConnection, host, port, db: target.db, retryStrategy: retryAfterMs });
      }
    }
  }
}

const quitLimitMs = 1_000;

/** Waits for the answers to commands that were sent, one second at most, and closes. Idempotent. */
export async function closeRedis(redis: RedisConnection): Promise<void> {
  if (redis.status === 'ready') {
    const ended = new Promise<void>((resolve) => {
      redis.once('end', () => resolve());
    });
    const quit = redis.quit().then(
      () => ended,
      () => undefined,
    );
    await endsWithin(quitLimitMs, quit);
  }
  if (redis.status !== 'end') redis.disconnect();
}
