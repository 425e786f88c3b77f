import { deliverChosenReply, prepareAutoReply } from '@mood/domain';
import type { JobHandlers } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { createAnswerConversationJob, createDeliverAutoReplyJob, createReceiveMessageJob } from './auto-replies.ts';
import { createPromiseHandlers } from './promises.ts';
import { createReplySender } from './reply-sender.ts';

/** The share of a queue's concurrency that deliveries may take: a slow message service must not hold up the other jobs. */
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
    'deliver-auto-reply': createDeliverAutoReplyJob(deps),
    ...createPromiseHandlers(deps, sendReply),
  };
}
