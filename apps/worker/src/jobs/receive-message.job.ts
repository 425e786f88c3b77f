import { DomainError, receiveMessage } from '@mood/domain';
import { queueOf } from '@mood/queue';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import type { ReplySender } from './reply-sender.ts';

/** The message service reports a message. A reply that is due at once is sent at once; the relay schedules one that is due later. */
export function createReceiveMessageJob(deps: WorkerDependencies, sendReply: ReplySender): JobHandler<'message-received'> {
  return async (data, { jobId, signal }) => {
    const carrier = { queue: queueOf('message-received'), jobId };
    let outcome;
    try {
      outcome = await receiveMessage(deps, { ...data, receivedAt: new Date(data.receivedAt) }, carrier);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'IDEMPOTENCY_CONFLICT') return { kind: 'refuse', reason: error.message };
      throw error;
    }
    if (outcome.kind === 'ignored') return { kind: 'cancel', reason: outcome.reason };
    if (outcome.kind === 'scheduled' && outcome.isDue) return sendReply(outcome.autoReplyId, signal);
    return { kind: 'done', result: outcome.kind };
  };
}
