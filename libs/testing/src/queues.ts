import { createQueueBackend, queueNames } from '@mood/queue';
import type { JobQueue, ShardName } from '@mood/queue';

/** What is in the queues of a system, whatever holds them. */
export interface TestQueues {
  /** Jobs that will run, or do. */
  open(): Promise<number>;
  failed(): Promise<number>;
  queue(name: ShardName): JobQueue;
  close(): Promise<void>;
}

/** @param env of the system's processes. */
export async function openQueues(env: Readonly<Record<string, string>>): Promise<TestQueues> {
  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, QUEUE_PREFIX: prefix, QUEUE_SCHEMA: schema } = env;
  const autoReplyShards = Number(env['AUTO_REPLY_SHARDS'] ?? 1);
  const backend = createQueueBackend({ redisUrl, databaseUrl, prefix, schema, autoReplyShards, applicationName: 'test' });
  await backend.ready();
  const shards = queueNames.flatMap((name) => backend.shardsOf(name));
  const queues = new Map<ShardName, JobQueue>(shards.map((name) => [name, backend.createQueue(name)]));
  const count = async (...states: ('waiting' | 'active' | 'delayed' | 'prioritized' | 'failed')[]) => {
    const counts = await Promise.all([...queues.values()].map((queue) => queue.getJobCountByTypes(...states)));
    return counts.reduce((sum, one) => sum + one, 0);
  };
  return {
    open: () => count('waiting', 'active', 'delayed', 'prioritized'),
    failed: () => count('failed'),
    queue(name) {
      const queue = queues.get(name);
      if (queue === undefined) throw new Error(`there is no queue ${name}`);
      return queue;
    },
    close: () => backend.close(),
  };
}
