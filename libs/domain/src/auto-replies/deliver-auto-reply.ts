import type { MessageGateway } from '../platform-ports.ts';
import type { UsageCounter } from '../templates/ports.ts';
import type { UsageOutcome } from '../templates/template.ts';
import type { AutoReplyStore, ClosedReply } from './ports.ts';

export interface DeliverAutoReplyDependencies {
  autoReplies: AutoReplyStore;
  messages: MessageGateway;
  usage: UsageCounter;
}

/**
 * Hands an auto-reply to the message service. Its id is the idempotency key: however often this runs, the user gets one message.
 * @returns 'over' when there was nothing left to send.
 * @throws DependencyUnavailable or RefusedByService, as the message service answered.
 */
export async function deliverAutoReply(deps: DeliverAutoReplyDependencies, autoReplyId: string): Promise<'sent' | 'over'> {
  const reply = await deps.autoReplies.find(autoReplyId);
  if (reply === null || reply.text === null || (reply.status !== 'sending' && reply.status !== 'failed')) return 'over';
  await deps.messages.sendMessage(
    { conversationId: reply.conversationId, senderId: reply.modelId, recipientId: reply.userId, text: reply.text },
    reply.id,
  );
  count(deps.usage, await deps.autoReplies.confirmSent(autoReplyId), 'sent');
  return 'sent';
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
