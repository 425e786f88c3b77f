import type { JobHandlers } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { createAnswerConversationJob } from './answer-conversation.job.ts';
import { createDeliverAutoReplyJob } from './deliver-auto-reply.job.ts';
import { createDeliverNotificationJob } from './deliver-notification.job.ts';
import { createEmitEventsJob } from './emit-events.job.ts';
import { createExpireMoodJob } from './expire-mood.job.ts';
import { createReceiveMessageJob } from './receive-message.job.ts';
import { createSendAutoReplyJob } from './send-auto-reply.job.ts';

/** A handler for every job of the catalog; a missing one does not compile. */
export function createJobHandlers(deps: WorkerDependencies): JobHandlers {
  return {
    'message-received': createReceiveMessageJob(deps),
    'conversation-answered': createAnswerConversationJob(deps),
    'send-auto-reply': createSendAutoReplyJob(deps),
    'expire-mood': createExpireMoodJob(deps),
    'emit-events': createEmitEventsJob(deps),
    'deliver-auto-reply': createDeliverAutoReplyJob(deps),
    'deliver-notification': createDeliverNotificationJob(deps),
  };
}
