import type { Flags } from '../flags/ports.ts';
import { RefusedByService } from '../platform-ports.ts';
import type { MessageGateway } from '../platform-ports.ts';
import type { UsageCounter } from '../templates/ports.ts';
import type { UsageOutcome } from '../templates/template.ts';
import { isTooLate } from './auto-reply.ts';
import type { AutoReply, AutoReplyRules, ChosenReply } from './auto-reply.ts';
import type { ClosedReply } from './ports.ts';
import { cancelReply } from './reply-outcomes.ts';
import type { ReplyOutcome, ReplyOutcomeDependencies } from './reply-outcomes.ts';
import { isSendingOn } from './sending-switch.ts';

export interface DeliverAutoReplyDependencies extends ReplyOutcomeDependencies {
  messages: MessageGateway;
  usage: UsageCounter;
  flags: Flags;
  autoReplyRules: Pick<AutoReplyRules, 'maxLateSeconds'>;
}

/** `over`: there was nothing to send. `too_late`, `recipient_gone`, `sending_off`: the reply was cancelled for that reason. */
export type DeliveryOutcome = 'sent' | 'over' | 'too_late' | 'recipient_gone' | 'sending_off';

/**
 * Hands an auto-reply to the message service. Its id is the idempotency key: however often this runs, the user gets one message.
 * When the message service says that there is no such conversation or user any more, the reply is cancelled.
 * @throws DependencyUnavailable or RefusedByService, as the message service answered.
 */
export async function deliverChosenReply(
  deps: Omit<DeliverAutoReplyDependencies, 'autoReplyRules' | 'flags'>,
  reply: ChosenReply,
): Promise<'sent' | 'recipient_gone'> {
  const { id, conversationId, modelId, userId, text } = reply;
  try {
    await deps.messages.sendMessage({ conversationId, senderId: modelId, recipientId: userId, text }, id);
  } catch (error) {
    if (!(error instanceof RefusedByService && error.isGone)) throw error;
    await cancelReply(deps, id, 'recipient_gone');
    return 'recipient_gone';
  }
  count(deps, await deps.autoReplies.confirmSent(id), 'sent');
  return 'sent';
}

/** As `deliverChosenReply`, for one that is known by its id. One that has become too late meanwhile, or whose sending was switched off, is cancelled. */
export async function deliverAutoReply(deps: DeliverAutoReplyDependencies, autoReplyId: string): Promise<DeliveryOutcome> {
  const reply = await deps.autoReplies.find(autoReplyId);
  if (reply === null || !canBeSent(reply)) return 'over';
  if (isTooLate(reply, deps.autoReplyRules)) {
    await cancelReply(deps, autoReplyId, 'too_late');
    return 'too_late';
  }
  if (!(await isSendingOn(deps.flags, reply.modelId))) {
    await cancelReply(deps, autoReplyId, 'sending_off');
    return 'sending_off';
  }
  return deliverChosenReply(deps, reply);
}

function canBeSent(reply: AutoReply): reply is ChosenReply {
  return reply.text !== null && (reply.status === 'sending' || reply.status === 'failed');
}

/** Marks a reply as failed: the message service does not accept it, and only an operator can retry its job. */
export async function giveUpAutoReply(
  deps: Pick<DeliverAutoReplyDependencies, 'autoReplies' | 'onReplyOutcome' | 'usage'>,
  autoReplyId: string,
): Promise<void> {
  count(deps, await deps.autoReplies.fail(autoReplyId), 'failed');
}

/** @param reply null: it was closed before, and counted then. */
function count(
  { usage, onReplyOutcome }: Pick<DeliverAutoReplyDependencies, 'onReplyOutcome' | 'usage'>,
  reply: ClosedReply | null,
  outcome: UsageOutcome & ReplyOutcome,
): void {
  if (reply === null) return;
  onReplyOutcome?.(outcome);
  if (reply.templateId !== null) usage.count(reply.templateId, outcome);
}
