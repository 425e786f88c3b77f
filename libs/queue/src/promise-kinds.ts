import type { JobIdRule, OutboxPromise } from '@mood/domain';
import { z } from 'zod';
import { aboutAMinute, ownDatabase } from './job-definition.ts';
import type { JobDefinition } from './job-definition.ts';

/** A kind of promise in the outbox, and the job that keeps it. */
export interface PromiseDefinition<N extends string = string, S extends z.ZodType = z.ZodType> extends JobDefinition<S> {
  /** The job's name. The worker has a handler of that name (`apps/worker/src/jobs/promises.ts`). */
  job: N;
  /** How many promises share a job, and what its id is made of. */
  jobId: JobIdRule;
  /** The job's data. `promises` has one element unless the job is shared. */
  dataOf: (promises: readonly OutboxPromise[]) => z.output<S>;
  /**
   * How the promise leaves the outbox. `handler`: its handler confirms it after the effect. `mood`: the statement that resets the mood
   * deletes it. `reply`: the statement that closes the automatic reply deletes it, and a job that failed for good closes the reply, too.
   */
  confirmedBy: 'handler' | 'mood' | 'reply';
}

function define<const N extends string, S extends z.ZodType>(definition: PromiseDefinition<N, S>): PromiseDefinition<N, S> {
  return definition;
}

/** For kinds with a job per promise. */
function only(promises: readonly OutboxPromise[]): OutboxPromise {
  const [promise] = promises;
  if (promise === undefined || promises.length > 1) throw new Error(`expected one promise, got ${promises.length}`);
  return promise;
}

const uuid = z.guid('expected a UUID');

const event = define({
  job: 'emit-events',
  queue: 'analytics',
  data: z.strictObject({ eventIds: z.array(uuid).min(1).max(100) }),
  retry: aboutAMinute,
  jobId: { prefix: 'events', one: 'per-claim' },
  dataOf: (promises) => ({ eventIds: promises.map(({ id }) => id) }),
  confirmedBy: 'handler',
});

const notification = define({
  job: 'deliver-notification',
  queue: 'message-delivery',
  data: z.strictObject({ notificationId: uuid }),
  retry: aboutAMinute,
  jobId: { prefix: 'notify', one: 'per-promise' },
  dataOf: (promises) => ({ notificationId: only(promises).id }),
  confirmedBy: 'handler',
});

/** Every kind of promise: the one place that says which job keeps it, where the job runs, how it is retried and how the promise is confirmed. */
export const promiseKinds = {
  'mood-changed': event,
  'auto-reply-sent': event,
  'auto-reply-engaged': event,
  'mood-limit-reached': event,
  'terms-accepted': event,
  'template-changed': event,
  'message-rendered': event,
  'abuse-alert': event,
  'mood-expiry': define({
    job: 'expire-mood',
    queue: 'mood-expiry',
    data: z.strictObject({ modelId: uuid, version: z.int().min(1) }),
    retry: ownDatabase,
    // A newer mood replaces the job of the one before, which may still wait.
    jobId: { prefix: 'expire', one: 'per-model' },
    dataOf(promises) {
      const { modelId, version } = only(promises);
      return { modelId, version: version ?? 0 };
    },
    confirmedBy: 'mood',
  }),
  notification,
  'alert-notification': notification,
  'auto-reply': define({
    job: 'send-auto-reply',
    queue: 'auto-reply',
    data: z.strictObject({ autoReplyId: uuid }),
    retry: ownDatabase,
    spreadBy: 'autoReplyId',
    jobId: { prefix: 'reply', one: 'per-promise' },
    dataOf: (promises) => ({ autoReplyId: only(promises).id }),
    confirmedBy: 'reply',
  }),
};

export type PromiseKind = keyof typeof promiseKinds;

/** The definitions of the jobs that keep promises, by job name. */
export type PromiseJobs = { [K in PromiseKind as (typeof promiseKinds)[K]['job']]: (typeof promiseKinds)[K] };
export type PromiseJobName = keyof PromiseJobs;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are the names of the jobs, as the type says
export const promiseJobs = Object.fromEntries(Object.values(promiseKinds).map((kind) => [kind.job, kind])) as PromiseJobs;

/** @throws Error for a kind that this release does not know. */
export function promiseKindOf(kind: string): (typeof promiseKinds)[PromiseKind] {
  const known = Object.entries(promiseKinds).find(([name]) => name === kind);
  if (known === undefined) throw new Error(`the outbox holds a promise of the kind "${kind}", which has no entry in promiseKinds`);
  return known[1];
}
