import { deliverAutoReply, DependencyUnavailable, giveUpAutoReply, RefusedByService } from '@mood/domain';
import type { JobHandler } from '@mood/queue';
import type { WorkerDependencies } from '../dependencies.ts';

/** Hands a chosen reply to the message service, again and again until it has it. */
export function createDeliverAutoReplyJob(deps: WorkerDependencies): JobHandler<'deliver-auto-reply'> {
  return async ({ autoReplyId }, { lastAttempt }) => {
    try {
      const outcome = await deliverAutoReply(deps, autoReplyId);
      return outcome === 'sent' ? { kind: 'done' } : { kind: 'cancel', reason: 'nothing to send' };
    } catch (error) {
      // What our own database did not take may be sent already.
      const isOurs = error instanceof DependencyUnavailable && error.dependency === 'database';
      if (error instanceof RefusedByService || (lastAttempt && !isOurs)) await giveUpAutoReply(deps, autoReplyId);
      throw error;
    }
  };
}
