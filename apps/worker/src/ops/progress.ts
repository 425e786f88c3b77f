import type { MoodStore, OutboxStore } from '@mood/domain';
import type { Enqueuer } from '@mood/queue';

/** When each part of the work last got somewhere. A process that runs and gets nowhere is of no use. */
export interface Progress {
  /** The outbox relay found nothing to do, or handed over what it found. */
  watchOutbox(outbox: OutboxStore): OutboxStore;
  watchEnqueuer(enqueuer: Enqueuer): Enqueuer;
  /** The sweeper has seen which moods are overdue. */
  watchMoods(moods: MoodStore): MoodStore;
  /** Whether all of them got somewhere in their time. */
  isMoving(): boolean;
}

export interface ProgressOptions {
  relayIdleMs: number;
  expirySweepMs: number;
  clock?: () => number;
}

/** What a round may take besides the rest between two of them, in milliseconds. */
const slackMs = 5_000;

/** Watches the ports through which the loops work, so that they need not know of it. */
export function createProgress({ relayIdleMs, expirySweepMs, clock = () => performance.now() }: ProgressOptions): Progress {
  let relayed = clock();
  let swept = clock();
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
    watchMoods: (moods) => ({
      ...moods,
      async findOverdue(limit) {
        const overdue = await moods.findOverdue(limit);
        swept = clock();
        return overdue;
      },
    }),
    isMoving: () => clock() - relayed <= relayIdleMs * 2 + slackMs && clock() - swept <= expirySweepMs * 2 + slackMs,
  };
}
