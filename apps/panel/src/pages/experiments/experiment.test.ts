import { expect, test } from '@jest/globals';
import { asProbability, daysLeft, inPoints, readNumber } from './experiment.ts';

const asOf = '2026-03-10T12:00:00.000Z';

test.each([
  [null, null],
  ['2026-03-10T11:00:00.000Z', 7],
  ['2026-03-07T11:00:00.000Z', 4],
  ['2026-03-03T12:00:00.000Z', 0],
  ['2026-01-01T00:00:00.000Z', 0],
])('first exposed at %s: %s days are left', (firstExposedAt, left) => {
  expect(daysLeft({ firstExposedAt, asOf })).toBe(left);
});

test.each([
  [0.0123, '+1.2'],
  [-0.05, '-5.0'],
  [0, '0.0'],
])('a difference of %d is %s points', (difference, points) => {
  expect(inPoints(difference)).toBe(points);
});

test.each([
  [3e-120, '< 0.001'],
  [0.0421, '= 0.042'],
  [1, '= 1'],
])('a p-value of %d is written %s', (p, text) => {
  expect(asProbability(p)).toBe(text);
});

test.each([
  ['2', 2],
  [' 2.5 ', 2.5],
  ['2,5', 2.5],
  ['', null],
  ['1e3', null],
  ['-1', null],
  ['two', null],
])('"%s" is read as %s', (text, number) => {
  expect(readNumber(text)).toBe(number);
});
