import type { OutboxStore } from '@mood/domain';
import type { Enqueuer } from '@mood/queue';

/** When the work last got somewhere. A process that runs and gets nowhere is of no use. */
export interface Progress {
  /** The outbox relay found nothing to do, or handed over what it found. */
  watchOutbox(outbox: OutboxStore): OutboxStore;
  watchEnqueuer(enqueuer: Enqueuer): Enqueuer;
  /** Whether the relay got somewhere in its time. */
  isMoving(): boolean;
}

export interface ProgressOptions {
  relayIdleMs: number;
  clock?: () => number;
}

/** What a round may take besides the rest between two of them, in milliseconds. */
const slackMs = 5_000;

/** Watches the ports through which the loops work, so that they need not know of it. */
export function createProgress({ relayIdleMs, clock = () => performance.now() }: ProgressOptions): Progress {
  let relayed = clock();
  return {
    watchOutbox: (outbox) => ({
      ...outbox,
      async claim(limit) {
        const promises = await outbox.claim(limit);
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
    isMoving: () => clock() - relayed <= relayIdleMs * 2 + slackMs,
  };
}
