import { setTimeout as delay } from 'node:timers/promises';
import { isConnectionTrouble } from '@mood/redis';
import { endsWithin } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import { withBackend } from 'bullmq';
import type { ConnectionOptions, IQueueBackend } from 'bullmq';
import type { QueueName } from './catalog.ts';
import { createErrorLog } from './error-log.ts';
import type { JobProcessor, JobQueue, JobWorker } from './job-queue.ts';
import { openPostgresStore } from './postgres/postgres-store.ts';
import type { QueueStore } from './queue-store.ts';
import { shardsBeyond, shardsOf } from './shards.ts';
import type { ShardName } from './shards.ts';
import { openRedisStore } from './redis/redis-store.ts';
import { jobDefaults, workerDefaults } from './worker-defaults.ts';

export interface QueueBackendOptions {
  /** Set: Redis holds the jobs. */
  redisUrl?: string | undefined;
  /** PostgreSQL holds the jobs when there is no `redisUrl`. */
  databaseUrl?: string | undefined;
  /** What every Redis key begins with. */
  prefix?: string | undefined;
  /** PostgreSQL schema, made by `migrateQueueSchema`. */
  schema?: string | undefined;
  applicationName?: string | undefined;
  /** PostgreSQL connections. Each worker keeps one for LISTEN: at least workers + 6. Two more renew locks. */
  maxConnections?: number | undefined;
  /** Over how many queues the jobs of `auto-reply` are spread where Redis holds them. Default 1. */
  autoReplyShards?: number | undefined;
  logger?: Logger | undefined;
}

export interface QueueBackend {
  readonly kind: 'postgres' | 'redis';
  /**
   * Resolves once the store answers; tries again every half second until then. Warns once of a store that is set up to lose jobs.
   * @throws the signal's reason, or an error that waiting cannot cure: wrong password, schema not migrated.
   */
  ready(signal?: AbortSignal): Promise<void>;
  /** Where jobs of a queue are added, and taken from. */
  shardsOf(queue: QueueName): readonly ShardName[];
  /** Those beyond, of when there were more, or of somebody who believes that there are, which hold jobs: failed ones as well. */
  findOldShards(queue: QueueName): Promise<readonly ShardName[]>;
  createQueue(name: ShardName): JobQueue;
  /** Starts taking jobs at once. @param options.concurrency how many jobs it runs at a time. */
  createWorker(name: ShardName, processor: JobProcessor, options: { concurrency: number }): JobWorker;
  /** As `createWorker`, for jobs that a release before put where that release looked for them; undefined where it did not look elsewhere. */
  createFormerWorker(name: ShardName, processor: JobProcessor, options: { concurrency: number }): JobWorker | undefined;
  /** Milliseconds since a worker of this shard last asked the store for a job and got an answer. null: no worker ever did. */
  sinceLastFetch(name: ShardName): number | null;
  /** Closes queues, workers and connections. Takes 4 seconds at most, however the store is. Repeating it is harmless. */
  close(): Promise<void>;
}

const retryMs = 500;
const closeLimitMs = 2_000;
/** Of jobs that are kept. */
const jobStates = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const;
/** BullMQ requires connection options; our stores ignore them and open their own connections. */
const noConnection: ConnectionOptions = {};

/** Chooses the store, here and nowhere else: Redis when there is a `redisUrl`, PostgreSQL otherwise. */
export function createQueueBackend(options: QueueBackendOptions): QueueBackend {
  // The Redis watch logs outages, once for the whole process.
  const reportTrouble = createErrorLog(options.logger, options.redisUrl === undefined ? undefined : isConnectionTrouble);
  const store = openStore(options, reportTrouble);
  const lastFetch = new Map<string, number>();
  const open = new Set<{ close(): Promise<void> }>();
  let closing: Promise<void> | undefined;

  const { Queue, Worker } = withBackend<IQueueBackend, ConnectionOptions>((name, settings, role) => {
    const forWorker = role?.withBlockingConnection === true;
    const note = () => void lastFetch.set(name, Date.now());
    const backend = forWorker ? store.workerBackend(name, settings, note) : store.queueBackend(name, settings);
    const isFormer = 'prefix' in settings && settings.prefix === store.formerPrefix;
    if (forWorker && !isFormer) noteFetches(backend, note);
    return backend;
  });

  let risksTold = false;
  async function warnOfRisks(): Promise<void> {
    if (risksTold) return;
    const risks = await store.findRisks();
    risksTold = true;
    for (const risk of risks) options.logger?.warn({ part: 'queue store' }, risk);
  }

  function startWorker(name: ShardName, prefix: string, processor: JobProcessor, concurrency: number): JobWorker {
    const worker: JobWorker = new Worker(name, processor, { ...workerDefaults, connection: noConnection, prefix, concurrency });
    worker.on('error', (error) => reportTrouble(`worker ${name}`, error));
    worker.on('stalled', (jobId) =>
      options.logger?.warn({ queue: name, jobId }, 'job is taken over: its worker is gone, or was blocked for too long'),
    );
    open.add(worker);
    return worker;
  }

  const shardCount = store.hasShards ? (options.autoReplyShards ?? 1) : 1;
  /** To look into: nothing is written for those that are not there. */
  const oldQueues = new Map<ShardName, JobQueue>();
  function oldQueue(name: ShardName): JobQueue {
    const queue = oldQueues.get(name) ?? makeQueue(name, { skipMetasUpdate: true });
    oldQueues.set(name, queue);
    return queue;
  }

  async function mayHoldJobs(name: ShardName): Promise<boolean> {
    try {
      return (await oldQueue(name).getJobCountByTypes(...jobStates)) > 0;
    } catch (error) {
      // A user of Redis from before there were shards, which put nothing there.
      if (error instanceof Error && /NOPERM|ACL failure/.test(error.message)) return false;
      throw error;
    }
  }

  function makeQueue(name: ShardName, more: { skipMetasUpdate?: boolean } = {}): JobQueue {
    // The event stream has no readers.
    const settings = {
      connection: noConnection,
      prefix: store.prefixOf(name),
      defaultJobOptions: jobDefaults,
      streams: { events: { maxLen: 1_000 } },
      ...more,
    };
    const queue: JobQueue = new Queue(name, settings);
    queue.on('error', (error) => reportTrouble(`queue ${name}`, error));
    open.add(queue);
    return queue;
  }

  async function closeAll(): Promise<void> {
    await endsWithin(closeLimitMs, Promise.allSettled([...open].map((part) => part.close())));
    await endsWithin(closeLimitMs, store.close());
  }

  return {
    kind: store.kind,
    async ready(signal) {
      for (;;) {
        signal?.throwIfAborted();
        try {
          await store.check();
          return await warnOfRisks();
        } catch (error) {
          if (!store.isOutage(error)) throw error;
          reportTrouble('connection', error);
        }
        await delay(retryMs, undefined, signal === undefined ? {} : { signal });
      }
    },
    shardsOf: (queue) => shardsOf(queue, shardCount),
    async findOldShards(queue) {
      if (!store.hasShards) return [];
      const beyond = shardsBeyond(queue, shardCount);
      const holdsJobs = await Promise.all(beyond.map(mayHoldJobs));
      return beyond.filter((_, index) => holdsJobs[index]);
    },
    createQueue: (name) => makeQueue(name),
    createWorker: (name, processor, { concurrency }) => startWorker(name, store.prefixOf(name), processor, concurrency),
    createFormerWorker(name, processor, { concurrency }) {
      return store.formerPrefix === undefined ? undefined : startWorker(name, store.formerPrefix, processor, concurrency);
    },
    sinceLastFetch(name) {
      const last = lastFetch.get(name);
      return last === undefined ? null : Date.now() - last;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** A worker asks for its next job also when one ends: while all its hands are full it asks in no other way. */
function noteFetches(backend: IQueueBackend, note: () => void): void {
  const moveToActive = backend.moveToActive.bind(backend);
  const moveToCompleted = backend.moveToCompleted.bind(backend);
  const moveToFailed = backend.moveToFailed.bind(backend);
  async function noting<T>(answer: Promise<T>): Promise<T> {
    const answered = await answer;
    note();
    return answered;
  }
  backend.moveToActive = (...args) => noting(moveToActive(...args));
  backend.moveToCompleted = (...args) => noting(moveToCompleted(...args));
  backend.moveToFailed = (...args) => noting(moveToFailed(...args));
}

function openStore(options: QueueBackendOptions, reportTrouble: (part: string, error: unknown) => void): QueueStore {
  const applicationName = options.applicationName ?? 'mood-queue';
  if (options.redisUrl !== undefined) {
    return openRedisStore({ redisUrl: options.redisUrl, prefix: options.prefix ?? 'mood', applicationName, reportTrouble });
  }
  if (options.databaseUrl === undefined) throw new Error('The queues need REDIS_URL or DATABASE_URL');
  return openPostgresStore({
    databaseUrl: options.databaseUrl,
    schema: options.schema ?? 'bullmq',
    applicationName,
    maxConnections: options.maxConnections ?? 10,
    reportTrouble,
  });
}
