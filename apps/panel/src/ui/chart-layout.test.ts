import { expect, test } from '@jest/globals';
import { alone, moveCursor, stack, ticksAt } from './chart-layout.ts';

test('a stack adds what is below, and leaves out what nobody knows', () => {
  const lines = [{ values: [1, null, null] }, { values: [2, 3, null] }];
  expect([stack(lines, 0), stack(lines, 1)]).toEqual([
    [1, null, null],
    [3, 3, null],
  ]);
});

test('a point between unknown ones is alone', () => {
  expect(alone([null, 1, null, 2, 3, null, 4])).toEqual([1, 6]);
});

test.each([
  [5, 10, [0, 1, 2, 3, 4]],
  [30, 4, [5, 13, 21, 29]],
  [0, 4, []],
])('of %i points with room for %i labels these have one: %p', (points, room, labelled) => {
  expect(ticksAt(points, room)).toEqual(labelled);
});

test.each([
  ['ArrowRight', null, 9],
  ['ArrowLeft', 9, 8],
  ['ArrowLeft', 0, 0],
  ['ArrowRight', 9, 9],
  ['PageDown', 8, 1],
  ['PageUp', 8, 9],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['a', 5, null],
])('%s moves the cursor of ten points from %p to %p', (key, from, to) => {
  expect(moveCursor(key, from, 10)).toBe(to);
});
