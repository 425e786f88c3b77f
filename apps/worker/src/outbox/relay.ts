import type { OutboxPromise } from '@mood/domain';
import type { JobRequest } from '@mood/queue';
import { createLoop } from '@mood/runtime';
import type { Service } from '@mood/runtime';
import type { WorkerDependencies } from '../dependencies.ts';

const batchSize = 500;

/** The jobs that carry a batch of promises. Events share jobs. */
export function jobsFor(promises: readonly OutboxPromise[]): JobRequest[] {
  const jobs: JobRequest[] = [];
  const eventIdsByJob = new Map<string, string[]>();
  const share = (jobId: string, eventId: string) => {
    const eventIds = eventIdsByJob.get(jobId);
    if (eventIds === undefined) eventIdsByJob.set(jobId, [eventId]);
    else eventIds.push(eventId);
  };
  for (const promise of promises) {
    const { id, jobId, modelId } = promise;
    switch (promise.kind) {
      case 'mood-expiry':
        // In the place of the job for the mood before, which may still wait.
        jobs.push({ name: 'expire-mood', data: { modelId, version: promise.version }, jobId, delayMs: promise.remainingMs, replace: true });
        break;
      case 'mood-changed':
      case 'auto-reply-sent':
        share(jobId, id);
        break;
      case 'notification':
        jobs.push({ name: 'deliver-notification', data: { notificationId: id }, jobId });
        break;
      case 'auto-reply':
        jobs.push({ name: 'send-auto-reply', data: { autoReplyId: id }, jobId, delayMs: promise.remainingMs });
        break;
    }
  }
  for (const [jobId, eventIds] of eventIdsByJob) jobs.push({ name: 'emit-events', data: { eventIds }, jobId });
  return jobs;
}

const changedModels = (promises: readonly OutboxPromise[]) =>
  promises.filter(({ kind }) => kind === 'mood-changed').map(({ modelId }) => modelId);

/**
 * Publishes what the outbox promises. Several relays may run: their claims never overlap.
 * A crash between claim and publication loses nothing: the reconciler finds that the job is not there.
 */
export function createRelay(deps: WorkerDependencies, idleMs: number): Service {
  return createLoop({
    name: 'outbox relay',
    idleMs,
    logger: deps.logger,
    async round() {
      const promises = await deps.outbox.claim(batchSize);
      if (promises.length === 0) return 'idle';
      try {
        await deps.refreshMoods(changedModels(promises));
        await deps.enqueuer.addBulk(jobsFor(promises));
      } catch (error) {
        await deps.outbox.release(promises.map((promise) => promise.id));
        throw error;
      }
      return promises.length >= batchSize ? 'more' : 'idle';
    },
  });
}
