import type { MoodState } from '../moods/mood.ts';
import type { Exposure, UsedTemplate } from '../templates/compose-message.ts';
import type { UserTier } from '../templates/template.ts';

/** A message in a conversation, as the message service reports it. */
export interface ReceivedMessage {
  messageId: string;
  conversationId: string;
  modelId: string;
  userId: string;
  receivedAt: Date;
  senderType: 'user' | 'model' | 'system';
  automated: boolean;
}

/** Limits of automatic replies. */
export interface AutoReplyRules {
  /** After a reply the same user gets no other one in the conversation for this many seconds. */
  cooldownSeconds: number;
  /** A reply that is overdue by more than this is not sent. In seconds, at most a day. */
  maxLateSeconds: number;
  /** Most replies of a model to a user in 24 hours, over all their conversations. */
  dailyCap: number;
}

/** The rules of intake. */
export interface IntakeRules extends AutoReplyRules {
  /** The platform has switched automatic replies off: a new message gets none. */
  sendingOff?: boolean;
}

export type IntakeOutcome =
  /**
   * A reply is due at `dueAt`; `isDue` says whether that has passed by the database's clock. Reporting a message again gives the same
   * answer.
   */
  | { kind: 'scheduled'; autoReplyId: string; dueAt: Date; isDue: boolean }
  /** The user has an open reply in the conversation, and this message joins it. */
  | { kind: 'joined'; autoReplyId: string; dueAt: Date }
  | { kind: 'ignored'; reason: IgnoreReason };

export const ignoreReasons = [
  'not_from_a_user',
  'automated',
  /** The model writes to itself. */
  'from_itself',
  'auto_respond_off',
  /** The platform has switched automatic replies off (the flag `auto-replies.send`). */
  'sending_off',
  /** The model has answered since. */
  'answered',
  /** Automatic replies were off when the message came in, or were switched off since. */
  'before_mood',
  /** The reply would have been overdue by more than the limit. */
  'too_late',
  'cooling_down',
  /** A reply was sent after this message came in. */
  'replied',
  'daily_cap',
] as const;
export type IgnoreReason = (typeof ignoreReasons)[number];

/** The message was reported before with another user. */
export interface ConflictingReport {
  kind: 'conflict';
}

/** Why a reply is cancelled, besides an answer of the model. */
export type CancelReason = 'auto_respond_off' | 'mood_expired' | 'sending_off' | 'too_late' | 'recipient_gone';

/** The reason of a reply that its user does not get, because they belong to the holdout of an experiment. */
export const heldOutReason = 'held_out';

/** A reply that is due: pending until its text is chosen, then sending until the message service has it. */
export interface AutoReply {
  id: string;
  conversationId: string;
  modelId: string;
  userId: string;
  status: 'pending' | 'sending' | 'sent' | 'joined' | 'cancelled' | 'failed';
  /** Milliseconds until it is due by the database's clock; 0 or less when it is due. */
  remainingMs: number;
  /** When this state was read, by the database's clock. */
  asOf: Date;
  /** Chosen when the reply became due; kept only until it is sent. */
  text: string | null;
}

/** Whether a reply is overdue by more than the limit, by the database's clock at the time it was read. */
export function isTooLate(reply: AutoReply, { maxLateSeconds }: Pick<AutoReplyRules, 'maxLateSeconds'>): boolean {
  return reply.remainingMs < -maxLateSeconds * 1_000;
}

/** A reply whose text is chosen, on its way to the message service. */
export type ChosenReply = AutoReply & { text: string };

/** The job that keeps a promise, by queue and id. */
export interface Carrier {
  queue: string;
  jobId: string;
}

/** What was chosen when the reply became due. The record keeps everything except the text. */
export interface PreparedReply {
  text: string;
  template: UsedTemplate | null;
  /** Absent when the text is no variant of an experiment. */
  exposure?: Exposure | undefined;
  moodState: MoodState;
  tier: UserTier | null;
}
