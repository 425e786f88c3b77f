import type { MoodNews, OutboxPromise } from '@mood/domain';
import { promiseKindOf } from '@mood/queue';
import type { JobRequest, PromiseKind } from '@mood/queue';
import { createLoop } from '@mood/runtime';
import type { Loop } from '@mood/runtime';
import type { WorkerDependencies } from '../dependencies.ts';
import { createQueueRooms } from './queue-rooms.ts';

/** What the relay has to do with. */
export interface RelayDependencies extends Pick<WorkerDependencies, 'refreshMoods' | 'tellOfMoods' | 'logger'> {
  outbox: Pick<WorkerDependencies['outbox'], 'claim' | 'outstanding' | 'release'>;
  enqueuer: Pick<WorkerDependencies['enqueuer'], 'addBulk'>;
}

export interface RelayTimes {
  /** Milliseconds between two looks at the outbox while there was something in it, or nobody would tell of it. */
  idleMs: number;
  /** How long a relay that found nothing, and is told of promises, waits at most before it looks again, in milliseconds. */
  restMs: number;
  /** Whether this process is told of promises: then the relay is woken. */
  isTold: () => boolean;
}

/**
 * How long a relay that is told of promises rests at most, in milliseconds, unless it looks less often than that anyway. What nobody tells of, as what
 * a process promised that was killed before it could tell, is so much late.
 */
export const relayRestMs = 2_000;

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
 *
 * It rests when there is nothing to do. What was promised by this process, or by an API, wakes it; what nobody tells of is found when it looks by
 * itself. It does not rest while a queue is full: what waits in the outbox for its time is nobody's news when that has come.
 */
export function createRelay(deps: RelayDependencies, { idleMs, restMs, isTold }: RelayTimes): Loop {
  const queueRooms = createQueueRooms(deps.outbox);
  return createLoop({
    name: 'outbox relay',
    idleMs,
    restMs,
    logger: deps.logger,
    async round() {
      const rooms = await queueRooms.now();
      const promises = await deps.outbox.claim(batchSize, rooms);
      if (promises.length === 0) return isTold() && [...rooms.values()].every(({ ahead }) => ahead) ? 'rest' : 'idle';
      queueRooms.fill(promises);
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
