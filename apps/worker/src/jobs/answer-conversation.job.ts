import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';

/** The model answered: what was written before needs no automatic reply any more. */
export function createAnswerConversationJob(deps: WorkerDependencies): JobHandler<'conversation-answered'> {
  return async ({ conversationId, modelId, answeredAt }) => {
    const cancelled = await deps.autoReplies.answered(conversationId, modelId, new Date(answeredAt));
    return { kind: 'done', result: `cancelled ${cancelled}` };
  };
}
