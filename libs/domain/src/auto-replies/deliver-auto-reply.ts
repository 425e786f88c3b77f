import type { MessageGateway } from '../platform-ports.ts';
import type { UsageCounter } from '../templates/ports.ts';
import type { UsageOutcome } from '../templates/template.ts';
import type { AutoReply, ChosenReply } from './auto-reply.ts';
import type { AutoReplyStore, ClosedReply } from './ports.ts';

export interface DeliverAutoReplyDependencies {
  autoReplies: AutoReplyStore;
  messages: MessageGateway;
  usage: UsageCounter;
}

/**
 * Hands an auto-reply to the message service. Its id is the idempotency key: however often this runs, the user gets one message.
 * @throws DependencyUnavailable or RefusedByService, as the message service answered.
 */
export async function deliverChosenReply(deps: DeliverAutoReplyDependencies, reply: ChosenReply): Promise<void> {
  const { id, conversationId, modelId, userId, text } = reply;
  await deps.messages.sendMessage({ conversationId, senderId: modelId, recipientId: userId, text }, id);
  count(deps.usage, await deps.autoReplies.confirmSent(id), 'sent');
}

/** As `deliverChosenReply`, for one that is known by its id. @returns 'over' when there was nothing left to send. */
export async function deliverAutoReply(deps: DeliverAutoReplyDependencies, autoReplyId: string): Promise<'sent' | 'over'> {
  const reply = await deps.autoReplies.find(autoReplyId);
  if (reply === null || !canBeSent(reply)) return 'over';
  await deliverChosenReply(deps, reply);
  return 'sent';
}

function canBeSent(reply: AutoReply): reply is ChosenReply {
  return reply.text !== null && (reply.status === 'sending' || reply.status === 'failed');
}

/** The message service does not take it, and nobody will try again but an operator. */
export async function giveUpAutoReply(
  deps: Pick<DeliverAutoReplyDependencies, 'autoReplies' | 'usage'>,
  autoReplyId: string,
): Promise<void> {
  count(deps.usage, await deps.autoReplies.fail(autoReplyId), 'failed');
}

function count(usage: UsageCounter, reply: ClosedReply | null, outcome: UsageOutcome): void {
  if (reply !== null && reply.templateId !== null) usage.count(reply.templateId, outcome);
}
