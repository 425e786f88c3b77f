import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { AutoReplyStore, ChosenReply, PrepareOutcome } from '@mood/domain';
import { backoffOf } from '@mood/queue';
import type { Enqueuer, JobOutcome } from '@mood/queue';
import { bulkhead, isBulkheadRejectedError } from 'cockatiel';
import { waitOrLater } from './wait-or-later.ts';

/** Carries a reply that is due to the message service. */
export type ReplySender = (autoReplyId: string, signal: AbortSignal) => Promise<JobOutcome>;

export interface ReplySteps {
  prepare: (autoReplyId: string) => Promise<PrepareOutcome>;
  deliver: (reply: ChosenReply) => Promise<'sent' | 'recipient_gone'>;
  autoReplies: Pick<AutoReplyStore, 'reassign'>;
  enqueuer: Pick<Enqueuer, 'add'>;
}

/** One delivery job per reply: adding it again while it is there changes nothing. */
const deliveryJob = (autoReplyId: string) => ({ queue: 'message-delivery', jobId: `deliver-${autoReplyId}` });

/**
 * Chooses the text of a reply that is due, by the mood of this moment, and hands it to the message service at once. When that does not work,
 * or so many are being handed over that a message service which answers slowly would hold up everything else, a delivery job goes on with it.
 * @param maxDeliveries at a time.
 */
export function createReplySender(steps: ReplySteps, maxDeliveries: number): ReplySender {
  const firstDelivery = bulkhead(maxDeliveries, 0);

  async function leaveToJob(autoReplyId: string, delayMs: number): Promise<JobOutcome> {
    const carrier = deliveryJob(autoReplyId);
    await steps.autoReplies.reassign(autoReplyId, carrier);
    await steps.enqueuer.add('deliver-auto-reply', { autoReplyId }, { jobId: carrier.jobId, delayMs });
    return { kind: 'done', result: 'left to a delivery job' };
  }

  async function deliver(reply: ChosenReply): Promise<JobOutcome> {
    try {
      const outcome = await firstDelivery.execute(() => steps.deliver(reply));
      return outcome === 'sent' ? { kind: 'done', result: 'sent' } : { kind: 'cancel', reason: outcome };
    } catch (error) {
      if (isBulkheadRejectedError(error)) return leaveToJob(reply.id, 0);
      // This was the try before the job's own.
      if (error instanceof DependencyUnavailable || error instanceof RefusedByService)
        return leaveToJob(reply.id, backoffOf('deliver-auto-reply', 0));
      throw error;
    }
  }

  return async (autoReplyId, signal) => {
    for (;;) {
      const outcome = await steps.prepare(autoReplyId);
      switch (outcome.kind) {
        case 'deliver':
          return deliver(outcome.reply);
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
