import { prepareAutoReply } from '@mood/domain';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';
import { waitOrLater } from './wait-or-later.ts';

/** One delivery job per reply: adding it again while it is there changes nothing. */
const deliveryJob = (autoReplyId: string) => ({ queue: 'message-delivery', jobId: `deliver-${autoReplyId}` });

/** An automatic reply is due: chooses its text by the mood of this moment, and hands it over for delivery. */
export function createSendAutoReplyJob(deps: WorkerDependencies): JobHandler<'send-auto-reply'> {
  return async ({ autoReplyId }, { signal }) => {
    for (;;) {
      const outcome = await prepareAutoReply({ ...deps, deliveryJob }, autoReplyId);
      switch (outcome.kind) {
        case 'deliver':
          await deps.enqueuer.add('deliver-auto-reply', { autoReplyId }, { jobId: deliveryJob(autoReplyId).jobId });
          return { kind: 'done' };
        case 'over':
          return { kind: 'cancel', reason: outcome.reason };
        case 'too_early': {
          const next = await waitOrLater(outcome.remainingMs, signal);
          if (next !== 'again') return next;
        }
      }
    }
  };
}
