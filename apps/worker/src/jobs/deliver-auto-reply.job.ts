import { deliverAutoReply, DependencyUnavailable, giveUpAutoReply, RefusedByService } from '@mood/domain';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';

/** Hands a chosen reply to the message service, again and again until it has it. */
export function createDeliverAutoReplyJob(deps: WorkerDependencies): JobHandler<'deliver-auto-reply'> {
  return async ({ autoReplyId }, { lastAttempt }) => {
    try {
      const outcome = await deliverAutoReply(deps, autoReplyId);
      switch (outcome) {
        case 'sent':
          return { kind: 'done' };
        case 'over':
          return { kind: 'cancel', reason: 'nothing to send' };
        case 'too_late':
        case 'recipient_gone':
          return { kind: 'cancel', reason: outcome };
      }
    } catch (error) {
      // What our own database did not take may be sent already.
      const isOurs = error instanceof DependencyUnavailable && error.dependency === 'database';
      if (error instanceof RefusedByService || (lastAttempt && !isOurs)) await giveUpAutoReply(deps, autoReplyId);
      throw error;
    }
  };
}
