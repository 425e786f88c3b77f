import type { MoodState } from '../moods/mood.ts';
import type { UsedTemplate } from '../templates/compose-message.ts';
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

/** What limits automatic replies. */
export interface AutoReplyRules {
  /** Seconds after a reply in which the same user gets no other in that conversation. */
  cooldownSeconds: number;
  /** A reply that is later than this after it was due is not sent any more. In seconds, a day at most. */
  maxLateSeconds: number;
  /** Replies of a model to a user in 24 hours, over all their conversations. */
  dailyCap: number;
}

export type IntakeOutcome =
  /** One reply is due at `dueAt`: `isDue` says whether that is now, by the database's clock. A repeated message gets the answer of the first time. */
  | { kind: 'scheduled'; autoReplyId: string; dueAt: Date; isDue: boolean }
  /** The user has a reply in the conversation on its way already; this message joins it. */
  | { kind: 'joined'; autoReplyId: string; dueAt: Date }
  | { kind: 'ignored'; reason: IgnoreReason };

export const ignoreReasons = [
  'not_from_a_user',
  'automated',
  /** The model writes to itself. */
  'from_itself',
  'auto_respond_off',
  /** The model has answered since. */
  'answered',
  /** The model wanted no replies when the message came in, or has wanted none for a while since. */
  'before_mood',
  /** Its reply would have been due too long ago. */
  'too_late',
  'cooling_down',
  /** A reply was sent after the message came in. */
  'replied',
  'daily_cap',
] as const;
export type IgnoreReason = (typeof ignoreReasons)[number];

/** The message is known, as another user's. */
export interface ConflictingReport {
  kind: 'conflict';
}

/** Why a reply is not sent after all, beside an answer of the model. */
export type CancelReason = 'auto_respond_off' | 'mood_expired' | 'too_late' | 'recipient_gone';

/** A reply that is due: pending until its text is chosen, then sending until the message service has it. */
export interface AutoReply {
  id: string;
  conversationId: string;
  modelId: string;
  userId: string;
  status: 'pending' | 'sending' | 'sent' | 'joined' | 'cancelled' | 'failed';
  /** Milliseconds until it is due by the database's clock; 0 or less when it is due. */
  remainingMs: number;
  /** When all this was so, by the database's clock. */
  asOf: Date;
  /** Chosen when the reply became due; kept only until it is sent. */
  text: string | null;
}

/** Nobody expects it any more. By the database's clock, as of when the reply was looked at. */
export function isTooLate(reply: AutoReply, { maxLateSeconds }: Pick<AutoReplyRules, 'maxLateSeconds'>): boolean {
  return reply.remainingMs < -maxLateSeconds * 1_000;
}

/** A reply whose text is chosen, on its way to the message service. */
export type ChosenReply = AutoReply & { text: string };

/** The job that keeps a promise, by its queue and its id. */
export interface Carrier {
  queue: string;
  jobId: string;
}

/** What was chosen when the reply became due. The record keeps all of it but the text. */
export interface PreparedReply {
  text: string;
  template: UsedTemplate | null;
  moodState: MoodState;
  tier: UserTier | null;
}
