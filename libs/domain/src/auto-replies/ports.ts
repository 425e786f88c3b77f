import type {
  AutoReply,
  AutoReplyRules,
  CancelReason,
  Carrier,
  ConflictingReport,
  IntakeOutcome,
  PreparedReply,
  ReceivedMessage,
} from './auto-reply.ts';

export interface ClosedReply {
  /** null for a built-in text. */
  templateId: string | null;
}

/** Auto-replies and the conversations they belong to. Every change is one conditional write: of two callers one wins. */
export interface AutoReplyStore {
  /**
   * At most one open reply per conversation and user. A message is known by model, conversation and `messageId`.
   * @param carrier keeps the promise of a reply that is due at once; null leaves it to the outbox relay, as for any that is due later.
   */
  receive(message: ReceivedMessage, rules: AutoReplyRules, carrier: Carrier | null): Promise<IntakeOutcome | ConflictingReport>;
  /** The model answered: cancels the open replies to what was written before. @returns how many were cancelled: at most one for each user. */
  answered(conversationId: string, modelId: string, answeredAt: Date): Promise<number>;
  find(autoReplyId: string): Promise<AutoReply | null>;
  /**
   * pending → sending, if the mood still wants a reply at this instant by the database's clock.
   * @returns false when it was too late: cancelled, begun elsewhere, or switched off.
   */
  beginSending(autoReplyId: string, prepared: PreparedReply): Promise<boolean>;
  /**
   * failed → as it was before it failed, while its promise is kept and nobody has answered since: neither the model, nor another reply.
   * @returns whether it is open again.
   */
  reopen(autoReplyId: string): Promise<boolean>;
  /** Names another job that keeps the promise from now on. */
  reassign(autoReplyId: string, carrier: Carrier): Promise<void>;
  /**
   * pending → cancelled, with the reason; for `too_late` and `recipient_gone` sending and failed → cancelled as well. Forgets the text.
   * @returns false when it was in another state.
   */
  cancel(autoReplyId: string, reason: CancelReason): Promise<boolean>;
  /**
   * Of a reply that had begun, whatever became of it since → sent; forgets the text. The message service has it. Promises analytics the event.
   * @returns null when that is known already.
   */
  confirmSent(autoReplyId: string): Promise<ClosedReply | null>;
  /**
   * pending or sending → failed; keeps the text, if it has one, so that an operator can retry the job. The conversation can get another reply.
   * @returns null when it was not open any more.
   */
  fail(autoReplyId: string): Promise<ClosedReply | null>;
}
