import { DomainError } from '../errors.ts';
import type { Flags } from '../flags/ports.ts';
import type { AutoReplyRules, Carrier, IntakeOutcome, IntakeRules, ReceivedMessage } from './auto-reply.ts';
import { tellIntake } from './reply-outcomes.ts';
import type { ReplyOutcomeDependencies } from './reply-outcomes.ts';
import { isSendingOn } from './sending-switch.ts';

/**
 * Takes in a message: decides whether it gets an automatic reply, and when. Nothing is sent yet. Messages that are automated or not from a
 * user never get one, so that two bots cannot answer each other for ever.
 * @param carrier the job that goes on with the reply if it is due at once; null leaves it to the outbox relay.
 * @throws DomainError IDEMPOTENCY_CONFLICT when this message was reported before with another user: nothing is changed.
 * @throws DependencyUnavailable. Contract: "Auto-Response Generation".
 */
export async function receiveMessage(
  deps: ReplyOutcomeDependencies & { autoReplyRules: AutoReplyRules; flags: Flags },
  message: ReceivedMessage,
  carrier: Carrier | null = null,
): Promise<IntakeOutcome> {
  const outcome = ignoredAtOnce(message) ?? (await deps.autoReplies.receive(message, await rulesFor(deps, message.modelId), carrier));
  tellIntake(deps, outcome);
  if (outcome.kind === 'conflict') {
    throw new DomainError(
      'IDEMPOTENCY_CONFLICT',
      'This messageId was reported before in this conversation as the message of another userId. Give each message an id of its own.',
    );
  }
  return outcome;
}

/** @returns undefined when a user has written it. */
function ignoredAtOnce({ senderType, automated }: ReceivedMessage): IntakeOutcome | undefined {
  if (senderType !== 'user') return { kind: 'ignored', reason: 'not_from_a_user' };
  return automated ? { kind: 'ignored', reason: 'automated' } : undefined;
}

async function rulesFor(
  { flags, autoReplyRules }: { flags: Flags; autoReplyRules: AutoReplyRules },
  modelId: string,
): Promise<IntakeRules> {
  return (await isSendingOn(flags, modelId)) ? autoReplyRules : { ...autoReplyRules, sendingOff: true };
}
