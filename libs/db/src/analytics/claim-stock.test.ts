import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { claimStock } from './claim-stock.ts';

/** Long: whoever waits for a processor between two steps of a test is not late for it. */
const turnMs = 3_600_000;

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

/** How many of ten workers that ask at once may count. */
async function winners(afterMs = turnMs): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 10 }, () => claimStock(opened.database, afterMs)));
  return answers.filter(Boolean).length;
}

const shift = (seconds: number) => opened.sql.query(`UPDATE analytics_rollups SET total = total + $1 WHERE fact = 'operators'`, [seconds]);

test('of all workers one counts for operators, and again one when the time for it has passed', async () => {
  expect(await winners()).toBe(1);
  expect(await winners()).toBe(0);
  await shift(-3_540);
  expect(await winners()).toBe(0);
  await shift(-60);
  expect(await winners()).toBe(1);
});

test('it is one however closely they come together', async () => {
  await winners();
  for (let round = 0; round < 30; round += 1) {
    await shift(-3_600);
    expect(await winners()).toBe(1);
  }
});

test('a clock that was put back keeps nobody waiting', async () => {
  await shift(86_400);
  expect(await winners()).toBe(1);
  expect(await winners()).toBe(0);
});

test('who comes too early leaves the row as it is, unlocked', async () => {
  await winners();
  const row = `SELECT ctid::text, xmin::text, xmax::text FROM analytics_rollups WHERE fact = 'operators'`;
  const before = (await opened.sql.query(row)).rows;
  expect(before).toHaveLength(1);
  expect(await claimStock(opened.database, turnMs)).toBe(false);
  expect((await opened.sql.query(row)).rows).toEqual(before);
});
