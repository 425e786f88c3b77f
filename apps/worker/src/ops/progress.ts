import type { OutboxStore } from '@mood/domain';
import type { Enqueuer } from '@mood/queue';

/** When the outbox relay last made progress, for readiness: a process that runs without progress is not ready. */
export interface Progress {
  /** The outbox relay found nothing to do, or handed over what it found. */
  watchOutbox(outbox: OutboxStore): OutboxStore;
  watchEnqueuer(enqueuer: Enqueuer): Enqueuer;
  /** Whether the relay made progress recently. */
  isMoving(): boolean;
}

export interface ProgressOptions {
  /** The longest rest of the relay. */
  relayRestMs: number;
  clock?: () => number;
}

/** How long a round itself may take, in milliseconds. */
const slackMs = 5_000;

/** Observes progress at the ports, so that the loops stay free of it. */
export function createProgress({ relayRestMs, clock = () => performance.now() }: ProgressOptions): Progress {
  let relayed = clock();
  return {
    watchOutbox: (outbox) => ({
      ...outbox,
      async claim(limit, rooms) {
        const promises = await outbox.claim(limit, rooms);
        if (promises.length === 0) relayed = clock();
        return promises;
      },
    }),
    watchEnqueuer: (enqueuer) => ({
      ...enqueuer,
      async addBulk(jobs) {
        const ids = await enqueuer.addBulk(jobs);
        relayed = clock();
        return ids;
      },
    }),
    isMoving: () => clock() - relayed <= relayRestMs + slackMs,
  };
}
