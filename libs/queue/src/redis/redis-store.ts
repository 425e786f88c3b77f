import { withinTime } from '@mood/runtime';
import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueStore } from '../queue-store.ts';

export interface RedisStoreOptions {
  redisUrl: string;
  prefix: string;
  applicationName: string;
  reportTrouble: (part: string, error: unknown) => void;
}

const quitLimitMs = 1_000;

export function openRedisStore(options: RedisStoreOptions): QueueStore {
  const connections: Redis[] = [];
  const shared = {
    connectionName: options.applicationName,
    connectTimeout: 3_000,
    keepAlive: 5_000,
    // From 50 ms to half a second between attempts, for ever.
    retryStrategy: (attempt: number) => Math.min(attempt * 50, 500),
  };

  function connect(settings: { maxRetriesPerRequest: number | null; commandTimeout?: number }): Redis {
    const redis = new Redis(options.redisUrl, { ...shared, ...settings });
    redis.on('error', (error: Error) => options.reportTrouble('connection', error));
    connections.push(redis);
    return redis;
  }

  // One for all queues: a caller who wants to add a job hears soon that Redis is down.
  let commands: Redis | undefined;
  const commandConnection = () => (commands ??= connect({ maxRetriesPerRequest: 2, commandTimeout: 5_000 }));

  async function quit(redis: Redis): Promise<void> {
    if (redis.status === 'ready')
      await withinTime(
        quitLimitMs,
        redis.quit().catch(() => undefined),
      );
    redis.disconnect();
  }

  return {
    kind: 'redis',
    prefix: options.prefix,
    async check() {
      await commandConnection().ping();
    },
    isOutage: isRedisOutage,
    queueBackend: (name, settings) =>
      createRedisBackend(name, { ...settings, connection: commandConnection(), skipWaitingForReady: true, skipVersionCheck: true }),
    // Its own connection, whose commands wait for Redis as long as it takes; BullMQ adds a second one to block on.
    workerBackend: (name, settings) =>
      createRedisBackend(name, { ...settings, connection: connect({ maxRetriesPerRequest: null }) }, { withBlockingConnection: true }),
    async close() {
      await Promise.all(connections.map(quit));
    },
  };
}

/** What Redis itself refuses (a wrong password, a command that is not allowed) is a ReplyError; anything else is the connection. */
function isRedisOutage(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return true;
  return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY)/.test(error.message);
}
