import { closeRedis, connectRedis, describeTrouble, findDurabilityRisks, isLoginRefusal, isRedisOutage, parseRedisUrl } from '@mood/redis';
import type { RedisConnection, RedisTarget } from '@mood/redis';
import { createRedisBackend } from 'bullmq';
import type { QueueStore } from '../queue-store.ts';
import type { ShardName } from '../shards.ts';

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
    hasShards: true,
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
 * of the slots each: no two of four masters' queues share a node, and of three masters the one that has two has those with the least to do. The shards
 * of `auto-reply` lie in the middle of a twelfth each, in an order in which any first three, four, six or twelve are spread over as many masters.
 */
const clusterTags: Record<ShardName, string> = {
  'auto-reply': 'auto-reply-30',
  'auto-reply-1': 'auto-reply-1-53',
  'auto-reply-2': 'auto-reply-2-61',
  'auto-reply-3': 'auto-reply-3-21',
  'auto-reply-4': 'auto-reply-4-16',
  'auto-reply-5': 'auto-reply-5-93',
  'auto-reply-6': 'auto-reply-6-55',
  'auto-reply-7': 'auto-reply-7-25',
  'auto-reply-8': 'auto-reply-8-4',
  'auto-reply-9': 'auto-reply-9-96',
  'auto-reply-10': 'auto-reply-10-55',
  'auto-reply-11': 'auto-reply-11-15',
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
