import { giveUpAutoReply } from '@mood/domain';
import { promiseKindOf, queueNames } from '@mood/queue';
import { createLoop } from '@mood/runtime';
import type { Service } from '@mood/runtime';
import type { WorkerDependencies } from '../dependencies.ts';

const batchSize = 500;

/** What the reconciler needs. */
export interface ReconcilerDependencies extends Pick<WorkerDependencies, 'autoReplies' | 'usage' | 'onReplyOutcome' | 'logger'> {
  outbox: Pick<WorkerDependencies['outbox'], 'claimOverdue' | 'putOff' | 'release' | 'markFailed'>;
  enqueuer: Pick<WorkerDependencies['enqueuer'], 'jobStates'>;
}

/**
 * Looks after promises that were published and not confirmed in time. A job that is still there goes on; one that failed for
 * good is left to an operator; where there is none (a wiped queue, a crash before publication) the promise is published again.
 */
export function createReconciler(deps: ReconcilerDependencies, idleMs: number): Service {
  return createLoop({
    name: 'outbox reconciler',
    idleMs,
    logger: deps.logger,
    async round() {
      const overdue = await deps.outbox.claimOverdue(batchSize);
      const lost: string[] = [];
      const failed: string[] = [];
      const underWay: string[] = [];
      for (const [name, promises] of Map.groupBy(overdue, (promise) => promise.queue)) {
        const queue = queueNames.find((known) => known === name);
        if (queue === undefined) throw new Error(`the outbox names the queue "${name}", which the catalog does not have`);
        const states = await deps.enqueuer.jobStates(
          queue,
          promises.map((promise) => promise.jobId),
        );
        for (const promise of promises) {
          switch (states.get(promise.jobId) ?? 'absent') {
            case 'absent':
            case 'completed':
              lost.push(promise.id);
              break;
            case 'failed':
              failed.push(promise.id);
              // An open reply would keep its conversation from getting another one.
              if (promiseKindOf(promise.kind).confirmedBy === 'reply') await giveUpAutoReply(deps, promise.id);
              break;
            case 'unfinished':
              underWay.push(promise.id);
              break;
          }
        }
      }
      if (underWay.length > 0) await deps.outbox.putOff(underWay);
      if (failed.length > 0) await deps.outbox.markFailed(failed);
      if (lost.length > 0) {
        deps.logger.warn({ promises: lost.length }, 'publishing again what the queue lost');
        await deps.outbox.release(lost);
      }
      return overdue.length === batchSize ? 'more' : 'idle';
    },
  });
}
