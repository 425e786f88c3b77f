import {
  answerConversation,
  deliverAutoReply,
  DependencyUnavailable,
  DomainError,
  giveUpAutoReply,
  receiveMessage,
  RefusedByService,
} from '@mood/domain';
import { queueOf } from '@mood/queue';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import type { ReplySender } from './reply-sender.ts';

type IntakeDependencies = Pick<WorkerDependencies, 'autoReplies' | 'usage' | 'flags' | 'autoReplyRules' | 'onReplyOutcome'>;

/** The message service reports a message. A reply that is due now is sent by this job; the relay schedules one that is due later. */
export function createReceiveMessageJob(deps: IntakeDependencies, sendReply: ReplySender): JobHandler<'message-received'> {
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

/** The model answered: messages written before need no automatic reply any more. */
export function createAnswerConversationJob(deps: WorkerDependencies): JobHandler<'conversation-answered'> {
  return async ({ conversationId, modelId, answeredAt }) => {
    const cancelled = await answerConversation(deps, { conversationId, modelId, answeredAt: new Date(answeredAt) });
    return { kind: 'done', result: `cancelled ${cancelled}` };
  };
}

type DeliveryDependencies = Pick<WorkerDependencies, 'autoReplies' | 'messages' | 'usage' | 'flags' | 'autoReplyRules' | 'onReplyOutcome'>;

/** Delivers a reply whose text is chosen, with the retries of the catalog. */
export function createDeliverAutoReplyJob(deps: DeliveryDependencies): JobHandler<'deliver-auto-reply'> {
  return async ({ autoReplyId }, { lastAttempt }) => {
    try {
      const outcome = await deliverAutoReply(deps, autoReplyId);
      switch (outcome) {
        case 'sent':
          return { kind: 'done' };
        case 'over':
          return { kind: 'cancel', reason: 'nothing to send' };
        case 'too_late':
        case 'recipient_gone':
        case 'sending_off':
          return { kind: 'cancel', reason: outcome };
      }
    } catch (error) {
      // When our own database fails, the reply may have been sent already: it is not given up.
      const isOurs = error instanceof DependencyUnavailable && error.dependency === 'database';
      if (error instanceof RefusedByService || (lastAttempt && !isOurs)) await giveUpAutoReply(deps, autoReplyId);
      throw error;
    }
  };
}
