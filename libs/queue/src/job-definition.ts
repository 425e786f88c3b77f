import type { z } from 'zod';

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
  /** The field of the data that decides on the shard, in a queue that has several. Default: jobs lie in the first. */
  spreadBy?: string;
}

/** About a minute in all: longer than a restart of the service that is called. */
export const aboutAMinute: RetryPolicy = { attempts: 8, backoffMs: 500, jitter: 0.5, maxBackoffMs: 30_000 };
/** For jobs that need nothing but our own database. */
export const ownDatabase: RetryPolicy = { attempts: 10, backoffMs: 250, jitter: 0.5, maxBackoffMs: 30_000 };
