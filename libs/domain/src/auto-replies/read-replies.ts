import { namesOf } from '../names.ts';
import type { UserDirectory } from '../platform-ports.ts';
import type { CancelReason } from './auto-reply.ts';

/** An automatic reply as its model sees it. */
export interface LoggedReply {
  id: string;
  conversationId: string;
  userId: string;
  status: 'scheduled' | 'sent' | 'cancelled' | 'failed';
  /** Why it was cancelled; null unless it was. */
  reason: CancelReason | 'answered' | 'held_out' | null;
  /** When the user wrote first. */
  receivedAt: Date;
  dueAt: Date;
  sentAt: Date | null;
  /** Kept from when it is chosen until the message service has it. */
  text: string | null;
  /** What it was, or is to be, made from; null for a built-in text, and before it is chosen. */
  template: { id: string; version: number; content: string } | null;
  /** Whether the user wrote in the conversation within a day after it; null unless it was sent. */
  wroteAgain: boolean | null;
}

/** The record of automatic replies. */
export interface ReplyLog {
  /**
   * A model's replies, by when their message was reported, newest first; stable while others come. Messages that joined a reply are no replies.
   * @param cursor of an earlier page; null for the first.
   * @throws DomainError INVALID_REQUEST for an invalid cursor; DependencyUnavailable.
   */
  page(modelId: string, page: { limit: number; cursor: string | null }): Promise<{ replies: LoggedReply[]; nextCursor: string | null }>;
}

/**
 * A page of a model's automatic replies, with the names of their users: null for who is gone or has none, and while the User Service does not
 * answer.
 * @throws DomainError INVALID_REQUEST (cursor); DependencyUnavailable (the database).
 */
export async function readReplies(
  { replyLog, users }: { replyLog: ReplyLog; users: Pick<UserDirectory, 'findUser'> },
  modelId: string,
  page: { limit: number; cursor: string | null },
): Promise<{ replies: (LoggedReply & { userName: string | null })[]; nextCursor: string | null }> {
  const { replies, nextCursor } = await replyLog.page(modelId, page);
  const names = await namesOf((id) => users.findUser(id), new Set(replies.map(({ userId }) => userId)));
  return { replies: replies.map((reply) => ({ ...reply, userName: names.get(reply.userId) ?? null })), nextCursor };
}
