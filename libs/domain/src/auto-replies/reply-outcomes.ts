import { ignoreReasons } from './auto-reply.ts';
import type { CancelReason, ConflictingReport, IgnoreReason, IntakeOutcome } from './auto-reply.ts';
import type { AutoReplyStore } from './ports.ts';

/** A message that no person wrote is ignored without a question to the store, and is not counted. */
const isCounted = (reason: IgnoreReason): reason is Exclude<IgnoreReason, 'not_from_a_user' | 'automated'> =>
  reason !== 'not_from_a_user' && reason !== 'automated';

/** What can become of a message when it comes in, and of open replies when the model answers. */
export const intakeOutcomes = ['scheduled', 'joined', 'conflict', 'cancelled', ...ignoreReasons.filter(isCounted)] as const;

/** … and besides of a reply that is due. One that is cancelled for being too late counts as `too_late`, as a message that comes too late does. */
export const replyOutcomes = [...intakeOutcomes, 'recipient_gone', 'sent', 'failed'] as const;
export type ReplyOutcome = (typeof replyOutcomes)[number];

/** Told of each outcome once, by the process that brought it about. @param count how many replies; 1 when not given. */
export type OnReplyOutcome = (outcome: ReplyOutcome, count?: number) => void;

export interface ReplyOutcomeDependencies {
  autoReplies: AutoReplyStore;
  onReplyOutcome?: OnReplyOutcome;
}

/** Tells what became of a message when it came in. */
export function tellIntake({ onReplyOutcome }: ReplyOutcomeDependencies, outcome: IntakeOutcome | ConflictingReport): void {
  if (outcome.kind !== 'ignored') onReplyOutcome?.(outcome.kind);
  else if (isCounted(outcome.reason)) onReplyOutcome?.(outcome.reason);
}

/** Cancels a reply that is not to be sent after all. Does nothing where it is cancelled or sent already. */
export async function cancelReply(
  { autoReplies, onReplyOutcome }: ReplyOutcomeDependencies,
  autoReplyId: string,
  reason: CancelReason,
): Promise<void> {
  if (await autoReplies.cancel(autoReplyId, reason)) onReplyOutcome?.(outcomeOf(reason));
}

function outcomeOf(reason: CancelReason): ReplyOutcome {
  switch (reason) {
    case 'auto_respond_off':
    case 'mood_expired':
      return 'cancelled';
    case 'too_late':
    case 'recipient_gone':
      return reason;
  }
}

/**
 * The model answered in a conversation: what was written before needs no automatic reply any more.
 * @returns how many replies were cancelled: at most one for each user. @throws DependencyUnavailable.
 */
export async function answerConversation(
  { autoReplies, onReplyOutcome }: ReplyOutcomeDependencies,
  { conversationId, modelId, answeredAt }: { conversationId: string; modelId: string; answeredAt: Date },
): Promise<number> {
  const cancelled = await autoReplies.answered(conversationId, modelId, answeredAt);
  onReplyOutcome?.('cancelled', cancelled);
  return cancelled;
}
