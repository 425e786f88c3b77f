import { DomainError } from '../errors.ts';
import type { AutoReplyRules, Carrier, IntakeOutcome, ReceivedMessage } from './auto-reply.ts';
import { tellIntake } from './reply-outcomes.ts';
import type { ReplyOutcomeDependencies } from './reply-outcomes.ts';

/**
 * A message came in: decides whether it gets an automatic reply, and when. Nothing is sent yet.
 * What is automated, or not from a user, never gets one: two automats would talk for ever.
 * @param carrier the job that goes on with the reply at once when it is due; null: the outbox relay finds one.
 * @throws DomainError IDEMPOTENCY_CONFLICT when this message was reported before as another user's: nothing is changed.
 * @throws DependencyUnavailable. Contract: "Auto-Response Generation".
 */
export async function receiveMessage(
  deps: ReplyOutcomeDependencies & { autoReplyRules: AutoReplyRules },
  message: ReceivedMessage,
  carrier: Carrier | null = null,
): Promise<IntakeOutcome> {
  if (message.senderType !== 'user') return { kind: 'ignored', reason: 'not_from_a_user' };
  if (message.automated) return { kind: 'ignored', reason: 'automated' };
  const outcome = await deps.autoReplies.receive(message, deps.autoReplyRules, carrier);
  tellIntake(deps, outcome);
  if (outcome.kind === 'conflict') {
    throw new DomainError(
      'IDEMPOTENCY_CONFLICT',
      'This messageId was reported before in this conversation as the message of another userId. Give each message an id of its own.',
    );
  }
  return outcome;
}
