import { jobDataSchemas } from '@mood/contract/jobs';
import { z } from 'zod';
import { aboutAMinute, ownDatabase } from './job-definition.ts';
import type { JobDefinition, QueueName, RetryPolicy } from './job-definition.ts';
import { promiseJobs } from './promise-kinds.ts';

export { queueNames } from './job-definition.ts';
export { shardNames } from './shards.ts';
export type { JobDefinition, QueueName, RetryPolicy } from './job-definition.ts';

function job<S extends z.ZodType>(definition: JobDefinition<S>): JobDefinition<S> {
  return definition;
}

// The reply's first attempt was made by the job that found it due.
const restOfAMinute: RetryPolicy = { ...aboutAMinute, attempts: aboutAMinute.attempts - 1, backoffMs: aboutAMinute.backoffMs * 2 };

/** Every job: where it runs, what it carries, and how it is retried. Jobs that keep promises of the outbox are defined in `promiseKinds`. */
export const jobCatalog = {
  'message-received': job({
    queue: 'auto-reply',
    data: jobDataSchemas['message-received'],
    retry: ownDatabase,
    spreadBy: 'conversationId',
  }),
  'conversation-answered': job({
    queue: 'auto-reply',
    data: jobDataSchemas['conversation-answered'],
    retry: ownDatabase,
    spreadBy: 'conversationId',
  }),
  'deliver-auto-reply': job({
    queue: 'message-delivery',
    data: z.strictObject({ autoReplyId: z.guid('expected a UUID') }),
    retry: restOfAMinute,
  }),
  ...promiseJobs,
};

export type JobName = keyof typeof jobCatalog;
export type JobData<N extends JobName> = z.output<(typeof jobCatalog)[N]['data']>;

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobCatalog, name);
}

export const jobNames = Object.keys(jobCatalog).filter(isJobName);

export function queueOf(name: JobName): QueueName {
  return jobCatalog[name].queue;
}

const definitions: Readonly<Record<JobName, JobDefinition>> = jobCatalog;

/** What decides on the shard that a job lies in. */
export function spreadKeyOf(name: JobName, data: Readonly<Record<string, unknown>>): string {
  const { spreadBy } = definitions[name];
  return spreadBy === undefined ? '' : String(data[spreadBy]);
}

const dataSchemas: { [N in JobName]: { data: z.ZodType<JobData<N>> } } = jobCatalog;

/** @throws z.ZodError when the data is not what the catalog says. */
export function parseJobData<N extends JobName>(name: N, data: unknown): JobData<N> {
  return dataSchemas[name].data.parse(data);
}

/** Milliseconds to wait after failure number `failures` (from 1; 0 is one before the job). `random` is in [0, 1). */
export function backoffOf(name: JobName, failures: number, random: () => number = Math.random): number {
  const { backoffMs, jitter, maxBackoffMs } = jobCatalog[name].retry;
  const longest = Math.min(maxBackoffMs, backoffMs * 2 ** (failures - 1));
  return Math.round(longest * (1 - jitter * random()));
}
