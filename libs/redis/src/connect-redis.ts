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
  /** Whether commands wait while there is no connection. Default: true. */
  waits?: boolean;
  /** Whether commands of one turn of the event loop travel together. Default: false. */
  autoPipelining?: boolean;
  onError: (error: unknown) => void;
}

/** Longer than any command of BullMQ blocks, in milliseconds. */
const longestSilenceMs = 15_000;

/** From 50 ms to half a second between attempts, for ever. */
const retryAfterMs = (attempt: number) => Math.min(attempt * 50, 500);

/** Connects, and again whenever the connection is lost. Errors reach `onError`; calls fail on their own. */
export function connectRedis(target: RedisTarget, options: RedisConnectionOptions): RedisConnection {
  const { maxRetriesPerRequest, commandTimeoutMs, waits = true, autoPipelining = false } = options;
  const common = {
    connectionName: options.name,
    username: target.username,
    password: target.password,
    connectTimeout: 3_000,
    keepAlive: 5_000,
    // A server that became a replica and kept its connections: another one has its name by now.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? (1 as const) : false),
    // A host that vanished says nothing: while something waits to be acknowledged, keep-alive does not ask.
    socketTimeout: commandTimeoutMs === undefined ? longestSilenceMs : commandTimeoutMs * 2,
    maxRetriesPerRequest,
    ...(commandTimeoutMs !== undefined && { commandTimeout: commandTimeoutMs }),
    ...(target.tls && { tls: {} }),
  };
  const perConnection = {
    enableOfflineQueue: waits,
    // What was under way when the connection broke has failed for whoever does not wait.
    autoResendUnfulfilledCommands: waits,
    enableAutoPipelining: autoPipelining,
  };
  const connection = open();
  connection.on('error', options.onError);
  return connection;

  function open(): RedisConnection {
    switch (target.kind) {
      case 'cluster':
        return new Cluster([...target.nodes], {
          // Commands that wait in a cluster's line know no time limit.
          enableOfflineQueue: waits && commandTimeoutMs === undefined,
          enableAutoPipelining: autoPipelining,
          clusterRetryStrategy: retryAfterMs,
          // Who asks nothing of a node that was replaced learns of it by this alone.
          slotsRefreshInterval: 5_000,
          slotsRefreshTimeout: 3_000,
          // Certificates name hosts; the cluster tells addresses.
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
