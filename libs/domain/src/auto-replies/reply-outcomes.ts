import type { ProcessCounter } from '../analytics/process-counts.ts';
import { heldOutReason, ignoreReasons } from './auto-reply.ts';
import type { CancelReason, ConflictingReport, IgnoreReason, IntakeOutcome } from './auto-reply.ts';
import type { AutoReplyStore } from './ports.ts';

/** Messages that no person wrote are ignored before the store is asked, and are not counted. */
const isCounted = (reason: IgnoreReason): reason is Exclude<IgnoreReason, 'not_from_a_user' | 'automated'> =>
  reason !== 'not_from_a_user' && reason !== 'automated';

/** Outcomes of an incoming message, and of open replies when the model answers. */
export const intakeOutcomes = ['scheduled', 'joined', 'conflict', 'cancelled', ...ignoreReasons.filter(isCounted)] as const;

/** … and of a reply that is due. A reply that is cancelled as too late counts as `too_late`, like a message that comes too late; `sending_off` likewise. */
export const replyOutcomes = [...intakeOutcomes, 'recipient_gone', heldOutReason, 'sent', 'failed'] as const;
export type ReplyOutcome = (typeof replyOutcomes)[number];

/** Called once for each outcome, by the process that caused it. @param count how many replies; 1 by default. */
export type OnReplyOutcome = (outcome: ReplyOutcome, count?: number) => void;

export interface ReplyOutcomeDependencies {
  autoReplies: AutoReplyStore;
  onReplyOutcome?: OnReplyOutcome;
  processCounter?: ProcessCounter;
}

/** Reports the outcome of an incoming message. */
export function tellIntake({ onReplyOutcome, processCounter }: ReplyOutcomeDependencies, outcome: IntakeOutcome | ConflictingReport): void {
  if (outcome.kind !== 'conflict') processCounter?.count('replies_reported', '', null);
  if (outcome.kind === 'ignored') processCounter?.count('replies_ignored', outcome.reason, null);
  if (outcome.kind !== 'ignored') onReplyOutcome?.(outcome.kind);
  else if (isCounted(outcome.reason)) onReplyOutcome?.(outcome.reason);
}

/** Cancels a reply. Does nothing if it was cancelled or sent before. */
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
    case 'sending_off':
      return reason;
  }
}

/**
 * The model answered in a conversation: cancels the open replies to earlier messages.
 * @returns how many were cancelled: at most one per user.
 * @throws DependencyUnavailable.
 */
export async function answerConversation(
  { autoReplies, onReplyOutcome }: ReplyOutcomeDependencies,
  { conversationId, modelId, answeredAt }: { conversationId: string; modelId: string; answeredAt: Date },
): Promise<number> {
  const cancelled = await autoReplies.answered(conversationId, modelId, answeredAt);
  onReplyOutcome?.('cancelled', cancelled);
  return cancelled;
}
