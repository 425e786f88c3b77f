import type { Database } from '@mood/db';
import { queueNames } from '@mood/queue';
import type { JobQueue, QueueBackend, QueueName, ShardName } from '@mood/queue';
import { keptFor, withinTime } from '@mood/runtime';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** How long the numbers are cached, in milliseconds, however often they are scraped. */
const keptMs = 5_000;
/** Time limit of a lookup, in milliseconds: a store that hangs must not delay the other metrics. */
const limitMs = 2_000;

const states = ['waiting', 'active', 'delayed', 'failed'] as const;

const outboxState = {
  name: 'outbox-state',
  text: `SELECT count(*) FILTER (WHERE failed_at IS NULL AND (kind <> 'mood-expiry' OR due_at <= clock_timestamp())) AS pending, count(*) FILTER (WHERE failed_at IS NOT NULL) AS failed,
      coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(due_at) FILTER (WHERE failed_at IS NULL))), 0)::double precision AS oldest
    FROM outbox`,
};

interface OutboxState {
  pending: number;
  failed: number;
  oldest: number;
}

/** Unknown numbers are NaN, not the last known ones. */
const unknownOutbox: OutboxState = { pending: NaN, failed: NaN, oldest: NaN };

async function orElse<T>(fallback: T, work: Promise<T>): Promise<T> {
  try {
    return await withinTime(limitMs, work);
  } catch {
    return fallback;
  }
}

/** Backlog of the outbox and of the queues, looked up at a scrape, every five seconds at most. */
export function createBacklogMetrics(
  registry: Registry,
  database: Pick<Database, 'query'>,
  backend: Pick<QueueBackend, 'createQueue' | 'shardsOf' | 'findOldShards'>,
): void {
  const registers = [registry];
  const outbox = keptFor(keptMs, async () => {
    const [row] = await database.query<OutboxState>(outboxState, []);
    return row ?? unknownOutbox;
  });
  const ofOutbox = (name: string, help: string, field: keyof OutboxState) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set((await orElse(unknownOutbox, outbox()))[field]);
      },
    });
  ofOutbox(
    'mood_outbox_pending',
    'Promises whose effect is not confirmed yet; ends of moods count from the time that they are due.',
    'pending',
  );
  ofOutbox('mood_outbox_oldest_seconds', 'Seconds since the oldest unconfirmed promise was due.', 'oldest');
  ofOutbox('mood_outbox_failed', 'Promises that failed for good and wait for an operator.', 'failed');

  const opened = new Map<ShardName, JobQueue>();
  function open(shard: ShardName): JobQueue {
    const queue = opened.get(shard) ?? backend.createQueue(shard);
    opened.set(shard, queue);
    return queue;
  }
  /** In all shards of a queue, together. */
  async function countJobs(name: QueueName): Promise<Record<string, number>> {
    const shards = [...backend.shardsOf(name), ...(await backend.findOldShards(name))];
    const counts = await Promise.all(shards.map((shard) => open(shard).getJobCounts(...states)));
    return Object.fromEntries(states.map((state) => [state, counts.reduce((sum, ofShard) => sum + (ofShard[state] ?? NaN), 0)]));
  }
  const queues = queueNames.map((name) => ({ name, counts: keptFor(keptMs, () => countJobs(name)) }));
  const jobs = new Gauge({
    name: 'mood_queue_jobs',
    help: 'Jobs in the queues, by state; those of auto-reply in all its shards.',
    labelNames: ['queue', 'state'],
    registers: [],
    async collect() {
      const found = await Promise.all(queues.map(async ({ name, counts }) => ({ name, counts: await orElse({}, counts()) })));
      for (const { name, counts } of found) for (const state of states) this.set({ queue: name, state }, counts[state] ?? NaN);
    },
  });
  registry.registerMetric(jobs);
}
