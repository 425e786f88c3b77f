import { randomUUID } from 'node:crypto';
import { createOutboxStore } from '@mood/db';
import { promiseKinds } from '@mood/queue';
import type { FilledDatabase } from './sides.ts';

/** As the relay takes at a time. */
export const batchSize = 500;
const patienceSeconds = 15;

/** Puts promises into the outbox, and does with them what relay and workers do, without a queue: claims and confirms them. */
export interface RelayMill {
  /** Makes promises that are due. */
  add(count: number): Promise<void>;
  /** @returns how many were claimed, up to a batch, and the milliseconds that the claim took, and its confirmation. */
  turn(): Promise<{ claimed: number; claimMs: number; confirmMs: number }>;
  /** Has promises published and overdue, as after an outage of the queue, and looks after them as the reconciler. @returns the milliseconds of the latter. */
  reconcile(): Promise<number>;
}

const addPromises = `INSERT INTO outbox (kind, model_id, payload) SELECT 'mood-changed', $1, '{"version": 1}' FROM generate_series(1, $2::integer)`;
const makeOverdue = `UPDATE outbox SET check_after = now() - interval '1 second' WHERE id = ANY($1)`;

export function createRelayMill({ database, stores }: FilledDatabase): RelayMill {
  const postgres = database.postgres.database;
  const outbox = createOutboxStore(stores, patienceSeconds, promiseKinds);
  const modelId = randomUUID();
  const add = async (count: number) => void (await postgres.query(addPromises, [modelId, count]));
  return {
    add,
    async turn() {
      const began = performance.now();
      const claimed = await outbox.claim(batchSize);
      const between = performance.now();
      if (claimed.length > 0) await outbox.confirm(claimed.map(({ id }) => id));
      return { claimed: claimed.length, claimMs: between - began, confirmMs: performance.now() - between };
    },
    async reconcile() {
      await add(batchSize);
      const ids = (await outbox.claim(batchSize)).map(({ id }) => id);
      await postgres.query(makeOverdue, [ids]);
      const began = performance.now();
      const overdue = (await outbox.claimOverdue(batchSize)).map(({ id }) => id);
      await outbox.putOff(overdue);
      const took = performance.now() - began;
      await outbox.confirm(ids);
      return took;
    },
  };
}
