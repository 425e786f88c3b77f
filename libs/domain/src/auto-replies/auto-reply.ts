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

export type IntakeOutcome =
  /** One reply is due at `dueAt`: `isDue` says whether that is now, by the database's clock. A repeated message gets the answer of the first time. */
  | { kind: 'scheduled'; autoReplyId: string; dueAt: Date; isDue: boolean }
  /** The conversation has a reply on its way already; this message joins it. */
  | { kind: 'joined'; autoReplyId: string; dueAt: Date }
  | { kind: 'ignored'; reason: 'not_from_a_user' | 'automated' | 'auto_respond_off' | 'answered' | 'cooling_down' };

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
