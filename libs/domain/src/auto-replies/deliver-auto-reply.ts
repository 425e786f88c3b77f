import type { MessageGateway } from '../platform-ports.ts';
import type { AutoReplyStore } from './ports.ts';

/**
 * Hands an auto-reply to the message service. Its id is the idempotency key: however often this runs, the user gets one message.
 * @returns 'over' when there was nothing left to send.
 * @throws DependencyUnavailable or RefusedByService, as the message service answered.
 */
export async function deliverAutoReply(
  deps: { autoReplies: AutoReplyStore; messages: MessageGateway },
  autoReplyId: string,
): Promise<'sent' | 'over'> {
  const reply = await deps.autoReplies.find(autoReplyId);
  if (reply === null || reply.text === null || (reply.status !== 'sending' && reply.status !== 'failed')) return 'over';
  await deps.messages.sendMessage(
    { conversationId: reply.conversationId, senderId: reply.modelId, recipientId: reply.userId, text: reply.text },
    reply.id,
  );
  await deps.autoReplies.confirmSent(autoReplyId);
  return 'sent';
}
