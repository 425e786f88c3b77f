import type { MoodNews, OutboxPromise } from '@mood/domain';
import { promiseKindOf } from '@mood/queue';
import type { JobRequest, PromiseKind } from '@mood/queue';
import { createLoop } from '@mood/runtime';
import type { Service } from '@mood/runtime';
import type { WorkerDependencies } from '../dependencies.ts';
import { createQueueRooms } from './queue-rooms.ts';

/** What the relay has to do with. */
export interface RelayDependencies extends Pick<WorkerDependencies, 'refreshMoods' | 'tellOfMoods' | 'logger'> {
  outbox: Pick<WorkerDependencies['outbox'], 'claim' | 'outstanding' | 'release'>;
  enqueuer: Pick<WorkerDependencies['enqueuer'], 'addBulk'>;
}

const batchSize = 500;

/** The jobs that keep claimed promises, as `promiseKinds` says. */
export function jobsFor(promises: readonly OutboxPromise[]): JobRequest[] {
  return [...Map.groupBy(promises, ({ jobId }) => jobId)].map(([jobId, sharing]) => {
    const { job, dataOf, jobId: rule } = promiseKindOf(sharing[0]?.kind ?? '');
    const delayMs = Math.max(0, ...sharing.map(({ remainingMs }) => remainingMs));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- name and data come from the same entry
    return { name: job, data: dataOf(sharing), jobId, delayMs, replace: rule.one === 'per-model' } as JobRequest;
  });
}

const moodChanged: PromiseKind = 'mood-changed';
const changesIn = (promises: readonly OutboxPromise[]): MoodNews[] =>
  promises.flatMap(({ kind, modelId, version }) => (kind === moodChanged && version !== null ? [{ modelId, version }] : []));

/**
 * Publishes the promises of the outbox: adds their jobs, as far as the queues have room. Several relays may run: their claims never overlap.
 * A crash between claim and publication loses nothing: the reconciler finds that the job is not there.
 */
export function createRelay(deps: RelayDependencies, idleMs: number): Service {
  const rooms = createQueueRooms(deps.outbox);
  return createLoop({
    name: 'outbox relay',
    idleMs,
    logger: deps.logger,
    async round() {
      const promises = await deps.outbox.claim(batchSize, await rooms.now());
      if (promises.length === 0) return 'idle';
      rooms.fill(promises);
      try {
        const changes = changesIn(promises);
        await deps.refreshMoods(changes.map(({ modelId }) => modelId));
        if (changes.length > 0) deps.tellOfMoods(changes);
        await deps.enqueuer.addBulk(jobsFor(promises));
      } catch (error) {
        await deps.outbox.release(promises.map((promise) => promise.id));
        throw error;
      }
      return promises.length >= batchSize ? 'more' : 'idle';
    },
  });
}
