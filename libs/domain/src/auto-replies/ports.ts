import type {
  AutoReply,
  CancelReason,
  Carrier,
  ConflictingReport,
  IntakeOutcome,
  IntakeRules,
  PreparedReply,
  ReceivedMessage,
} from './auto-reply.ts';

export interface ClosedReply {
  /** null for a built-in text. */
  templateId: string | null;
}

/** Automatic replies and their conversations. Every change is one conditional write, so of two concurrent callers one wins. */
export interface AutoReplyStore {
  /**
   * Takes in a message. A conversation has at most one open reply per user. A message is identified by model, conversation and `messageId`.
   * @param carrier the job that goes on with a reply that is due at once; null leaves it, like any that is due later, to the outbox relay.
   */
  receive(message: ReceivedMessage, rules: IntakeRules, carrier: Carrier | null): Promise<IntakeOutcome | ConflictingReport>;
  /** The model answered: cancels the open replies to earlier messages. @returns how many were cancelled: at most one per user. */
  answered(conversationId: string, modelId: string, answeredAt: Date): Promise<number>;
  find(autoReplyId: string): Promise<AutoReply | null>;
  /**
   * pending → sending, if the mood still wants a reply at this instant by the database's clock.
   * @returns false when it was too late: cancelled, begun elsewhere, or switched off.
   */
  beginSending(autoReplyId: string, prepared: PreparedReply): Promise<boolean>;
  /**
   * pending → cancelled, because the user belongs to the holdout of an experiment; under the same condition as `beginSending`. The moment at
   * which the reply would have been sent is recorded.
   * @returns false when it was too late, as there.
   */
  holdOut(autoReplyId: string, prepared: PreparedReply): Promise<boolean>;
  /**
   * failed → as it was before it failed, while its promise is kept and nobody has answered since: neither the model, nor another reply.
   * @returns whether it is open again.
   */
  reopen(autoReplyId: string): Promise<boolean>;
  /** Hands the promise over to another job. */
  reassign(autoReplyId: string, carrier: Carrier): Promise<void>;
  /**
   * pending → cancelled, with the reason; for `too_late`, `recipient_gone` and `sending_off` sending and failed → cancelled as well. Forgets the text.
   * @returns false when it was in another state.
   */
  cancel(autoReplyId: string, reason: CancelReason): Promise<boolean>;
  /**
   * A reply that had begun, in whatever state → sent, because the message service has it. Forgets the text, and promises the event for
   * analytics.
   * @returns null when it was confirmed before.
   */
  confirmSent(autoReplyId: string): Promise<ClosedReply | null>;
  /**
   * pending or sending → failed. Keeps the text, so that an operator can retry the job. The conversation can get another reply.
   * @returns null when it was not open any more.
   */
  fail(autoReplyId: string): Promise<ClosedReply | null>;
}
