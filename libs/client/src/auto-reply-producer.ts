import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createEnqueuer, createQueueBackend } from '@mood/queue';
import type { Enqueuer, JobData, JobName, QueueBackend } from '@mood/queue';
import type { AnsweredConversation, ReceivedMessage } from './reports.ts';

export interface AutoReplyProducerOptions {
  /** Set: the queue is in Redis. */
  redisUrl?: string | undefined;
  /** The queue is in PostgreSQL when there is no `redisUrl`. */
  databaseUrl?: string | undefined;
  /** What every Redis key begins with. Default `mood`. */
  prefix?: string | undefined;
  /** The PostgreSQL schema. Default `bullmq`. */
  schema?: string | undefined;
  /** How long a call tries to reach a queue that is down, in milliseconds. Default 5 s. */
  patienceMs?: number;
}

/**
 * How the message service tells the mood system what happens in conversations. The first call connects. Telling the same twice is
 * harmless: the mood system knows messages by `messageId`. Both calls
 * @throws z.ZodError for what is not a message or an answer (nothing is sent), and DependencyUnavailable when the queue was down for
 * longer than `patienceMs`: tell it again later.
 */
export interface AutoReplyProducer {
  messageReceived(message: ReceivedMessage): Promise<void>;
  conversationAnswered(answer: AnsweredConversation): Promise<void>;
  /** Takes 4 seconds at most. Repeating it is harmless. */
  close(): Promise<void>;
}

const retryMs = 250;
const defaultPatienceMs = 5_000;

export function createAutoReplyProducer(options: AutoReplyProducerOptions): AutoReplyProducer {
  const { redisUrl, databaseUrl, prefix, schema, patienceMs = defaultPatienceMs } = options;
  if (redisUrl === undefined && databaseUrl === undefined) throw new TypeError('The auto-reply producer needs redisUrl or databaseUrl');
  const closing = new AbortController();
  let backend: QueueBackend | undefined;
  let enqueuer: Enqueuer | undefined;

  function connect(): Enqueuer {
    backend ??= createQueueBackend({
      redisUrl,
      databaseUrl,
      prefix,
      schema,
      applicationName: 'mood-auto-reply-producer',
      maxConnections: 3,
    });
    enqueuer ??= createEnqueuer(backend);
    return enqueuer;
  }

  async function tell<N extends JobName>(name: N, data: JobData<N>): Promise<void> {
    // One id per call: the attempts of a call are one job. Not one per message: while a job is kept as failed, BullMQ ignores
    // another one with its id, and telling a message again would not help it any more.
    const jobId = `${name}-${randomUUID()}`;
    const giveUp = Date.now() + patienceMs;
    for (;;) {
      closing.signal.throwIfAborted();
      try {
        await connect().add(name, data, { jobId });
        return;
      } catch (error) {
        if (!isUnavailable(error) || Date.now() + retryMs > giveUp) throw error;
      }
      await delay(retryMs, undefined, { signal: closing.signal });
    }
  }

  return {
    messageReceived: (message) => tell('message-received', message),
    conversationAnswered: (answer) => tell('conversation-answered', answer),
    async close() {
      closing.abort(new Error('The auto-reply producer is closed'));
      await backend?.close();
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === 'DependencyUnavailable';
}
