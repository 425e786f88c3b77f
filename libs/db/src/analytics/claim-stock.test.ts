import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { claimStock } from './claim-stock.ts';

const minuteMs = 60_000;

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

/** How many of ten workers that ask at once may count. */
async function winners(afterMs = minuteMs): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 10 }, () => claimStock(opened.database, afterMs)));
  return answers.filter(Boolean).length;
}

const shift = (seconds: number) => opened.sql.query(`UPDATE analytics_rollups SET total = total + $1 WHERE fact = 'operators'`, [seconds]);

test('of all workers one counts for operators, and again one when the time for it has passed', async () => {
  expect(await winners()).toBe(1);
  expect(await winners()).toBe(0);
  await shift(-59);
  expect(await winners()).toBe(0);
  await shift(-1);
  expect(await winners()).toBe(1);
});

test('it is one however closely they come together', async () => {
  await winners();
  for (let round = 0; round < 30; round += 1) {
    await shift(-60);
    expect(await winners()).toBe(1);
  }
});

test('a clock that was put back keeps nobody waiting', async () => {
  await shift(86_400);
  expect(await winners()).toBe(1);
  expect(await winners()).toBe(0);
});
