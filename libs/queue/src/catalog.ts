import { conversationIdSchema, instantTextSchema as instant, messagingIdSchema } from '@mood/domain';
import { z } from 'zod';

export const queueNames = ['auto-reply', 'mood-expiry', 'analytics', 'message-delivery'] as const;
export type QueueName = (typeof queueNames)[number];

/** After failure n (from 1) the next attempt waits min(maxBackoffMs, backoffMs · 2^(n-1)), shortened at random by up to `jitter` of it. */
export interface RetryPolicy {
  attempts: number;
  backoffMs: number;
  /** 0: none. 1: anything between no wait and the whole of it. */
  jitter: number;
  maxBackoffMs: number;
}

export interface JobDefinition<S extends z.ZodType = z.ZodType> {
  queue: QueueName;
  /** Ids, times and flags only. Job data lies in the queue as clear text: no names, no messages. */
  data: S;
  retry: RetryPolicy;
}

function job<S extends z.ZodType>(definition: JobDefinition<S>): JobDefinition<S> {
  return definition;
}

const uuid = z.guid('expected a UUID');

// About a minute in all: longer than a restart of the service that is called.
const aboutAMinute: RetryPolicy = { attempts: 8, backoffMs: 500, jitter: 0.5, maxBackoffMs: 30_000 };
// The first of those tries is made where the reply becomes due.
const restOfAMinute: RetryPolicy = { ...aboutAMinute, attempts: aboutAMinute.attempts - 1, backoffMs: aboutAMinute.backoffMs * 2 };
// Our own database is what these wait for.
const ownDatabase: RetryPolicy = { attempts: 10, backoffMs: 250, jitter: 0.5, maxBackoffMs: 30_000 };

/** Every job there is: where it runs, what it carries, and how it is retried. */
export const jobCatalog = {
  'message-received': job({
    queue: 'auto-reply',
    data: z.strictObject({
      messageId: messagingIdSchema,
      conversationId: conversationIdSchema,
      modelId: uuid,
      userId: uuid,
      receivedAt: instant,
      senderType: z.enum(['user', 'model', 'system']),
      automated: z.boolean(),
    }),
    retry: ownDatabase,
  }),
  'conversation-answered': job({
    queue: 'auto-reply',
    data: z.strictObject({ conversationId: conversationIdSchema, modelId: uuid, answeredAt: instant }),
    retry: ownDatabase,
  }),
  'send-auto-reply': job({ queue: 'auto-reply', data: z.strictObject({ autoReplyId: uuid }), retry: ownDatabase }),
  'expire-mood': job({
    queue: 'mood-expiry',
    data: z.strictObject({ modelId: uuid, version: z.int().min(1) }),
    retry: ownDatabase,
  }),
  'emit-events': job({
    queue: 'analytics',
    data: z.strictObject({ eventIds: z.array(uuid).min(1).max(100) }),
    retry: aboutAMinute,
  }),
  'deliver-auto-reply': job({ queue: 'message-delivery', data: z.strictObject({ autoReplyId: uuid }), retry: restOfAMinute }),
  'deliver-notification': job({ queue: 'message-delivery', data: z.strictObject({ notificationId: uuid }), retry: aboutAMinute }),
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
