import { expect, test } from '@jest/globals';
import { createTimeSlices } from './time-slices.ts';

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test.each([
  [10_000, 0.02],
  [1_000, 0.5],
  [100, 4],
  [20, 15],
])('%i pieces of %f ms leave others their turn in between', async (pieces, milliseconds) => {
  const giveWay = createTimeSlices();
  let turns = 0;
  let going = true;
  const others = () => {
    turns++;
    if (going) setImmediate(others);
  };
  setImmediate(others);
  for (let n = 0; n < pieces; n++) {
    work(milliseconds);
    await giveWay();
  }
  going = false;
  // One turn after each five milliseconds, or after each piece that takes longer.
  expect(turns).toBeGreaterThanOrEqual(Math.floor((pieces * milliseconds) / (5 + milliseconds) / 2));
});

test('what is done within a slice gives nothing to wait for', () => {
  const giveWay = createTimeSlices();
  expect(giveWay()).toBeUndefined();
});
