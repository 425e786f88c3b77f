import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createEnqueuer, createQueueBackend } from '@mood/queue';
import type { Enqueuer, JobData, JobName, QueueBackend } from '@mood/queue';
import { checkedQueue } from './checked-queue.ts';
import type { AutoReplyProducerOptions } from './checked-queue.ts';
import type { AnsweredConversation, ReceivedMessage } from './reports.ts';

/**
 * How the message service tells the mood system what happens in conversations. The first call connects. Telling the same twice is
 * harmless: the mood system knows a message by its model, conversation and `messageId`. Both calls
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

/** @throws TypeError for options that no report could be sent with. */
export function createAutoReplyProducer(options: AutoReplyProducerOptions): AutoReplyProducer {
  const { patienceMs, shards, ...queue } = checkedQueue(options);
  const closing = new AbortController();
  let backend: QueueBackend | undefined;
  let enqueuer: Enqueuer | undefined;

  function connect(): Enqueuer {
    backend ??= createQueueBackend({ ...queue, autoReplyShards: shards, applicationName: 'mood-auto-reply-producer', maxConnections: 3 });
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
