import { closeRedis, connectRedis, describeTrouble, findDurabilityRisks, isLoginRefusal, isRedisOutage, parseRedisUrl } from '@mood/redis';
import type { RedisConnection, RedisTarget } from '@mood/redis';
import { createRedisBackend } from 'bullmq';
import type { QueueStore } from '../queue-store.ts';

export interface RedisStoreOptions {
  redisUrl: string;
  prefix: string;
  applicationName: string;
  reportTrouble: (part: string, error: unknown) => void;
}

export function openRedisStore(options: RedisStoreOptions): QueueStore {
  const target = parseRedisUrl(options.redisUrl);
  const connections: RedisConnection[] = [];

  function connect(settings: { maxRetriesPerRequest: number | null; commandTimeoutMs?: number }): RedisConnection {
    const redis = connectRedis(target, {
      ...settings,
      name: options.applicationName,
      onError: (error) => options.reportTrouble('connection', error),
    });
    connections.push(redis);
    return redis;
  }

  // One for all queues: a caller who wants to add a job hears soon that Redis is down.
  let commands: RedisConnection | undefined;
  const commandConnection = () => (commands ??= connect({ maxRetriesPerRequest: 2, commandTimeoutMs: 5_000 }));

  return {
    kind: 'redis',
    prefix: prefixFor(target, options.prefix),
    async check() {
      try {
        await commandConnection().ping();
      } catch (error) {
        throw isLoginRefusal(error) ? new RedisRefusesLogin(describeTrouble(target, error)) : error;
      }
    },
    findRisks: () => findDurabilityRisks(commandConnection()),
    isOutage: (error) => !(error instanceof RedisRefusesLogin) && isRedisOutage(error),
    queueBackend: (name, settings) =>
      createRedisBackend(name, { ...settings, connection: commandConnection(), skipWaitingForReady: true, skipVersionCheck: true }),
    // Its own connection, whose commands wait for Redis as long as it takes; BullMQ adds a second one to block on.
    workerBackend: (name, settings) =>
      createRedisBackend(name, { ...settings, connection: connect({ maxRetriesPerRequest: null }) }, { withBlockingConnection: true }),
    async close() {
      await Promise.all(connections.map(closeRedis));
    },
  };
}

/** Waiting cures no wrong password. */
class RedisRefusesLogin extends Error {
  override readonly name = 'RedisRefusesLogin';
}

/** In a cluster every key of a job has to be on one node: what stands in braces decides on which. */
function prefixFor({ kind }: RedisTarget, prefix: string): string {
  return kind === 'cluster' && !/\{.+\}/.test(prefix) ? `{${prefix}}` : prefix;
}
