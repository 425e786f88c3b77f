import type { JobHandler } from '@mood/queue';
import type { ReplySender } from './reply-sender.ts';

/** An automatic reply is due. */
export function createSendAutoReplyJob(sendReply: ReplySender): JobHandler<'send-auto-reply'> {
  return ({ autoReplyId }, { signal }) => sendReply(autoReplyId, signal);
}
