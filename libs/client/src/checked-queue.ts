import { mostShards, queueSettings } from '@mood/queue/settings';
import { checkedNumber } from './checked-options.ts';

export interface AutoReplyProducerOptions {
  /** Set, and not empty: the queue is in Redis. */
  redisUrl?: string | undefined;
  /** The queue is in PostgreSQL when there is no `redisUrl`. */
  databaseUrl?: string | undefined;
  /** What every Redis key begins with. Default `mood`. */
  prefix?: string | undefined;
  /** The PostgreSQL schema. Default `bullmq`. */
  schema?: string | undefined;
  /** Over how many queues in Redis the reports are spread: `AUTO_REPLY_SHARDS` of the mood system. 1 to 12; default 1. */
  shards?: number | undefined;
  /** How long a call tries to reach a queue that is down, in milliseconds. 0 to 900,000; default 5,000. */
  patienceMs?: number;
}

/**
 * Reads the options as the mood system reads its settings of the same names, so that the same values lead to the same queue: an empty text
 * is one that is not given. What can never work shows when the producer is made, not as an outage later.
 * @throws TypeError, without passwords.
 */
export function checkedQueue(options: AutoReplyProducerOptions): AutoReplyProducerOptions & { patienceMs: number } {
  const redisUrl = readAs('redisUrl', options.redisUrl, queueSettings.redisUrl);
  // Not looked at when Redis holds the queue.
  const databaseUrl = redisUrl === undefined ? readAs('databaseUrl', options.databaseUrl, queueSettings.databaseUrl) : undefined;
  if (redisUrl === undefined && databaseUrl === undefined) throw new TypeError('The auto-reply producer needs redisUrl or databaseUrl');
  return {
    redisUrl,
    databaseUrl,
    prefix: readAs('prefix', options.prefix, queueSettings.queuePrefix),
    schema: readAs('schema', options.schema, queueSettings.queueSchema),
    shards: checkedShards(options.shards ?? 1),
    patienceMs: checkedNumber('patienceMs', options.patienceMs ?? 5_000, 0, 900_000),
  };
}

function checkedShards(count: number): number {
  if (!Number.isInteger(count)) throw new TypeError(`shards is ${count}: expected a whole number`);
  return checkedNumber('shards', count, 1, mostShards);
}

type TextSetting = (typeof queueSettings)['redisUrl' | 'databaseUrl' | 'queuePrefix' | 'queueSchema'];

function readAs(name: string, given: string | undefined, { schema }: Pick<TextSetting, 'schema'>): string | undefined {
  if (given === undefined || given === '') return undefined;
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new TypeError(`${name} cannot be used: ${result.error.issues.map(({ message }) => message).join('; ')}`);
}
