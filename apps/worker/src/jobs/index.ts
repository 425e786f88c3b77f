import { deliverChosenReply, prepareAutoReply } from '@mood/domain';
import type { JobHandlers } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { createAnswerConversationJob } from './answer-conversation.job.ts';
import { createDeliverAutoReplyJob } from './deliver-auto-reply.job.ts';
import { createDeliverNotificationJob } from './deliver-notification.job.ts';
import { createEmitEventsJob } from './emit-events.job.ts';
import { createExpireMoodJob } from './expire-mood.job.ts';
import { createReceiveMessageJob } from './receive-message.job.ts';
import { createReplySender } from './reply-sender.ts';
import { createSendAutoReplyJob } from './send-auto-reply.job.ts';

/** Of the jobs of a queue. The others go on whatever the message service does. */
const shareOfDeliveries = 0.8;

/** A handler for every job of the catalog; a missing one does not compile. */
export function createJobHandlers(deps: WorkerDependencies, concurrencyPerQueue: number): JobHandlers {
  const sendReply = createReplySender(
    {
      prepare: (autoReplyId) => prepareAutoReply(deps, autoReplyId),
      deliver: (reply) => deliverChosenReply(deps, reply),
      autoReplies: deps.autoReplies,
      enqueuer: deps.enqueuer,
    },
    Math.ceil(concurrencyPerQueue * shareOfDeliveries),
  );
  return {
    'message-received': createReceiveMessageJob(deps, sendReply),
    'conversation-answered': createAnswerConversationJob(deps),
    'send-auto-reply': createSendAutoReplyJob(sendReply),
    'expire-mood': createExpireMoodJob(deps),
    'emit-events': createEmitEventsJob(deps),
    'deliver-auto-reply': createDeliverAutoReplyJob(deps),
    'deliver-notification': createDeliverNotificationJob(deps),
  };
}
