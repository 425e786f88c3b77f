import type { OutboxPromise, OutboxStore, QueueRoom } from '@mood/domain';
import { promiseKindOf, promiseKinds, queueNames } from '@mood/queue';
import type { QueueName } from '@mood/queue';

/** How many promises may be in a queue, unconfirmed, before further ones wait in the outbox. A relay may exceed it by what it claims at once. */
const mostOutstanding = 5_000;

/**
 * The queues that can fill up. Events are not held back: a hundred share a job, and who watches moods is told of changes when they are claimed,
 * which a slow analytics service must not delay.
 */
const boundedQueues = queueNames.filter((queue) =>
  Object.values(promiseKinds).some((kind) => kind.queue === queue && kind.jobId.one !== 'per-claim'),
);

interface QueueRooms {
  /** What each of the queues that can fill up may be given now. */
  now(): Promise<ReadonlyMap<QueueName, QueueRoom>>;
  /** These are on their way into their queues. */
  fill(promises: readonly OutboxPromise[]): void;
}

/**
 * Keeps the queues short: the outbox is where promises wait. A queue that is full of jobs that wait for their time is still given what is due;
 * one that is full of what is due gets nothing until some of it is done, or has failed for good. Other queues go on.
 *
 * What confirms a promise only makes room, so that it is enough to count again when a queue could be full by what was added since.
 */
export function createQueueRooms(outbox: Pick<OutboxStore, 'outstanding'>, most = mostOutstanding): QueueRooms {
  /** At most so many are in a queue; of those that are due only while it may be full. */
  const known = new Map(boundedQueues.map((queue) => [queue, { all: Infinity, due: Infinity }]));

  return {
    async now() {
      const maybeFull = boundedQueues.filter((queue) => (known.get(queue)?.all ?? Infinity) >= most);
      if (maybeFull.length > 0) {
        const counted = await outbox.outstanding(maybeFull, most);
        for (const queue of maybeFull) known.set(queue, counted.get(queue) ?? { all: 0, due: 0 });
      }
      return new Map(
        Array.from(known, ([queue, { all, due }]) => {
          const ahead = all < most;
          return [queue, { promises: most - (ahead ? all : due), ahead }];
        }),
      );
    },
    fill(promises) {
      for (const { kind } of promises) {
        const room = known.get(promiseKindOf(kind).queue);
        if (room !== undefined) room.all += 1;
      }
    },
  };
}
