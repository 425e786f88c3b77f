import { createHash } from 'node:crypto';
import { queueNames } from './job-definition.ts';
import type { QueueName } from './job-definition.ts';

/**
 * Where jobs of `auto-reply` lie, of which there may be up to so many queues. The first has the name of the queue: with one all is as without, and
 * who knows of no others still adds to one that is read.
 */
const autoReplyShards = [
  'auto-reply',
  'auto-reply-1',
  'auto-reply-2',
  'auto-reply-3',
  'auto-reply-4',
  'auto-reply-5',
  'auto-reply-6',
  'auto-reply-7',
  'auto-reply-8',
  'auto-reply-9',
  'auto-reply-10',
  'auto-reply-11',
] as const;

export const mostShards = autoReplyShards.length;

/** A queue, or one of those that its jobs are spread over. */
export type ShardName = QueueName | (typeof autoReplyShards)[number];

/** @param count of `auto-reply`. @returns the shards of a queue. */
export const shardsOf = (queue: QueueName, count: number): readonly ShardName[] =>
  queue === 'auto-reply' ? autoReplyShards.slice(0, count) : [queue];

/** Those that may hold jobs from when there were more. */
export const shardsBeyond = (queue: QueueName, count: number): readonly ShardName[] =>
  queue === 'auto-reply' ? autoReplyShards.slice(count) : [];

/** All that there can be. */
export const shardNames: readonly ShardName[] = queueNames.flatMap((queue) => shardsOf(queue, mostShards));

/** The same in every process and every release: jobs with the same key lie in the same shard, as long as there are as many. */
export function shardFor(shards: readonly ShardName[], key: string): ShardName {
  const chosen = shards.length > 1 ? createHash('sha256').update(key).digest().readUInt32BE() % shards.length : 0;
  const shard = shards[chosen];
  if (shard === undefined) throw new Error('a queue has at least one shard');
  return shard;
}
