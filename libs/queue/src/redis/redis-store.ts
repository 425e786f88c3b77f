import { closeRedis, connectRedis, describeTrouble, findDurabilityRisks, isLoginRefusal, isRedisOutage, parseRedisUrl } from '@mood/redis';
import type { RedisConnection, RedisTarget } from '@mood/redis';
import { createRedisBackend } from 'bullmq';
import type { QueueName } from '../job-definition.ts';
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
    ...prefixesFor(target, options.prefix),
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

/**
 * What stands in braces decides on which node of a cluster a key is, and every key of a queue has to be on one. These lie in the middle of a quarter
 * of the slots each: no two of four masters' queues share a node, and of three masters the one that has two has those with the least to do.
 */
const clusterTags: Record<QueueName, string> = {
  'auto-reply': 'auto-reply-30',
  'mood-expiry': 'mood-expiry-21',
  'message-delivery': 'message-delivery-10',
  analytics: 'analytics-10',
};

/** Elsewhere braces mean nothing. In a cluster all queues were once on the node that the prefix in braces decided on. */
function prefixesFor({ kind }: RedisTarget, prefix: string): Pick<QueueStore, 'prefixOf' | 'formerPrefix'> {
  if (kind !== 'cluster') return { prefixOf: () => prefix };
  const stem = prefix.replaceAll(/[{}]/g, '');
  return { prefixOf: (queue) => `${stem}:{${clusterTags[queue]}}`, formerPrefix: /\{.+\}/.test(prefix) ? prefix : `{${prefix}}` };
}
