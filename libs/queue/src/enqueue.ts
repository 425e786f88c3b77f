import { randomUUID } from 'node:crypto';
import { DependencyUnavailable } from '@mood/domain';
import { withinTime } from '@mood/runtime';
import type { QueueBackend } from './backend.ts';
import { jobCatalog, parseJobData, queueOf, spreadKeyOf } from './catalog.ts';
import type { JobData, JobName, QueueName } from './catalog.ts';
import { checkJobId } from './job-id.ts';
import type { JobPayload, JobQueue } from './job-queue.ts';
import { shardFor } from './shards.ts';
import type { ShardName } from './shards.ts';
import { catalogBackoff } from './worker-defaults.ts';

export interface AddOptions {
  /**
   * Repeating an id while its job is known (waiting, running, failed and kept) adds nothing, without an error.
   * Default: a new id.
   */
  jobId?: string;
  /** The job is not run before that many milliseconds have passed. */
  delayMs?: number;
  /** A job of this id that is not running gives way to this one. */
  replace?: boolean;
}

/** A job to add: name and data of the same catalog entry. */
export type JobRequest = { [N in JobName]: AddOptions & { name: N; data: JobData<N> } }[JobName];

/** `unfinished`: waiting, running, or to be tried again. */
export type JobState = 'absent' | 'unfinished' | 'failed' | 'completed';

/**
 * Puts jobs into their queues. Every method
 * @throws z.ZodError for data that is not what the catalog says, TypeError for an unusable id (nothing is sent then),
 * and DependencyUnavailable when the store does not answer; the job may have been added all the same, so repeat it under its id.
 */
export interface Enqueuer {
  /** @returns the job's id. */
  add<N extends JobName>(name: N, data: JobData<N>, options?: AddOptions): Promise<string>;
  /** One call to the store per shard of a queue; a shard's jobs are added together or not at all. @returns the ids, in the order of the jobs. */
  addBulk(jobs: readonly JobRequest[]): Promise<string[]>;
  jobState(queue: QueueName, jobId: string): Promise<JobState>;
  jobStates(queue: QueueName, jobIds: readonly string[]): Promise<Map<string, JobState>>;
}

interface PreparedJob {
  shard: ShardName;
  name: JobName;
  data: JobPayload;
  replace: boolean;
  opts: { jobId: string; attempts: number; backoff: { type: string }; delay?: number };
}

const answerLimitMs = 10_000;
/** Questions about single jobs under way at a time. */
const atATime = 50;

function prepare(
  backend: Pick<QueueBackend, 'shardsOf'>,
  { name, data, jobId, delayMs = 0, replace = false }: AddOptions & { name: JobName; data: unknown },
): PreparedJob {
  if (!Number.isFinite(delayMs)) throw new TypeError(`delayMs is ${delayMs}`);
  const delay = Math.max(0, Math.ceil(delayMs));
  const parsed: JobPayload = parseJobData(name, data);
  return {
    shard: shardFor(backend.shardsOf(queueOf(name)), spreadKeyOf(name, parsed)),
    name,
    data: parsed,
    replace,
    opts: {
      jobId: jobId === undefined ? randomUUID() : checkJobId(jobId),
      attempts: jobCatalog[name].retry.attempts,
      backoff: { type: catalogBackoff },
      ...(delay > 0 && { delay }),
    },
  };
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    // A store that is closing leaves calls without an answer.
    return await withinTime(answerLimitMs, work);
  } catch (error) {
    throw new DependencyUnavailable('job queue', { cause: error });
  }
}

export function createEnqueuer(backend: QueueBackend): Enqueuer {
  const queues = new Map<ShardName, JobQueue>();

  function queueFor(name: ShardName): JobQueue {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = backend.createQueue(name);
    queues.set(name, queue);
    return queue;
  }

  async function send(shard: ShardName, jobs: readonly PreparedJob[]): Promise<void> {
    const queue = queueFor(shard);
    const replacing = jobs.filter(({ replace }) => replace);
    for (let from = 0; from < replacing.length; from += atATime) {
      await Promise.all(replacing.slice(from, from + atATime).map(({ opts }) => answered(queue.remove(opts.jobId))));
    }
    const [first] = jobs;
    // On PostgreSQL a bulk makes temporary tables: not worth it for one.
    if (first !== undefined && jobs.length === 1) await answered(queue.add(first.name, first.data, first.opts));
    else await answered(queue.addBulk(jobs.map(({ name, data, opts }) => ({ name, data, opts }))));
  }

  async function addBulk(requests: readonly JobRequest[]): Promise<string[]> {
    const jobs = requests.map((request) => prepare(backend, request));
    await Promise.all([...Map.groupBy(jobs, (job) => job.shard)].map(([shard, ofShard]) => send(shard, ofShard)));
    return jobs.map((job) => job.opts.jobId);
  }

  async function stateIn(shards: readonly ShardName[], jobId: string): Promise<JobState> {
    // Not by BullMQ's own state: on Redis that reads through the list of all that wait, for each job.
    const found = await Promise.all(shards.map((shard) => answered(queueFor(shard).getJob(jobId))));
    const job = found.find((one) => one !== undefined);
    if (job === undefined) return 'absent';
    if (job.finishedOn === undefined) return 'unfinished';
    return job.failedReason === undefined ? 'completed' : 'failed';
  }

  /** A job may lie where it was added when there were more shards, or fewer. */
  async function shardsWithJobs(queue: QueueName): Promise<readonly ShardName[]> {
    return [...backend.shardsOf(queue), ...(await answered(backend.findOldShards(queue)))];
  }

  return {
    async add(name, data, options = {}) {
      const job = prepare(backend, { ...options, name, data });
      await send(job.shard, [job]);
      return job.opts.jobId;
    },
    addBulk,
    jobState: async (queue, jobId) => stateIn(await shardsWithJobs(queue), jobId),
    async jobStates(queue, jobIds) {
      const states = new Map<string, JobState>();
      const ids = [...new Set(jobIds)];
      const shards = await shardsWithJobs(queue);
      for (let from = 0; from < ids.length; from += atATime) {
        const some = ids.slice(from, from + atATime);
        const found = await Promise.all(some.map((id) => stateIn(shards, id)));
        some.forEach((id, index) => states.set(id, found[index] ?? 'absent'));
      }
      return states;
    },
  };
}
