import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutboxStore } from '@mood/domain';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createOutboxStore } from './outbox-store.ts';
import { kindsOfPromises } from './promise-kinds.fixture.ts';

let opened: DatabaseUnderTest;
let outbox: OutboxStore;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  outbox = createOutboxStore(opened.database, 15, kindsOfPromises);
});
beforeEach(async () => {
  await opened.sql.query(`DELETE FROM outbox`);
});
afterAll(() => opened.close());

/** A promise that is due. @returns its id. */
async function promise(kind: string): Promise<string> {
  const { rows } = await opened.sql.query<{ id: string }>(
    `INSERT INTO outbox (kind, model_id, payload, due_at) VALUES ($1, $2, '{"version": 1}', now()) RETURNING id`,
    [kind, randomUUID()],
  );
  return rows[0]?.id ?? '';
}

const idsOf = (promises: readonly { id: string }[]) => promises.map(({ id }) => id);
const isDue = () => opened.sql.query(`UPDATE outbox SET check_after = now()`);

describe.each(Object.keys(kindsOfPromises))('a promise of the kind %s that failed for good', (kind) => {
  test('is marked, and with it no other', async () => {
    const [failed, other] = [await promise(kind), await promise(kind)];
    await outbox.claim(10);
    await outbox.markFailed([failed]);
    const { rows } = await opened.sql.query(`SELECT id, failed_at <= now() AS failed FROM outbox WHERE failed_at IS NOT NULL`);
    expect(rows).toEqual([{ id: failed, failed: true }]);
    await isDue();
    expect(idsOf(await outbox.claimOverdue(10))).toEqual([other]);
  });

  test('is not published again, neither when it is released with what the queue has lost nor before it had a job', async () => {
    const [failed, lost] = [await promise(kind), await promise(kind)];
    expect(idsOf(await outbox.claim(10)).toSorted()).toEqual([failed, lost].toSorted());
    await outbox.markFailed([failed]);
    await outbox.release([failed, lost]);
    expect(idsOf(await outbox.claim(10))).toEqual([lost]);
    const unpublished = await promise(kind);
    await outbox.markFailed([unpublished]);
    expect(await outbox.claim(10)).toEqual([]);
  });

  test('is kept until an operator’s retry confirms it', async () => {
    const failed = await promise(kind);
    await outbox.claim(10);
    await outbox.markFailed([failed]);
    await isDue();
    expect(await outbox.claimOverdue(10)).toEqual([]);
    await outbox.confirm([failed]);
    expect((await opened.sql.query('SELECT FROM outbox')).rowCount).toBe(0);
  });
});
