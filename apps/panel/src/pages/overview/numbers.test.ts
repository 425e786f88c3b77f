import { expect, test } from '@jest/globals';
import { comparedWith, inUnit } from './numbers.ts';

test.each([
  [null, 'share', '–'],
  [0, 'changes', '0'],
  [0.2534, 'share', '25.3%'],
  [12_345, 'messages', '12,345'],
  [1.25, 'changes', '1.3'],
  [0.19, 'seconds', '0.19 s'],
  [1.26, 'seconds', '1.3 s'],
  [11_520, 'seconds', '3 hrs 12 mins'],
  [4.24, 'score', '4.2'],
])('%p in %s reads %s', (value, unit, text) => {
  expect(inUnit(value, unit)).toBe(text);
});

test.each([
  [110, 100, 'changes', '+10%'],
  [100, 100, 'changes', '0%'],
  [5, 0, 'changes', null],
  [null, 100, 'changes', null],
  [0.31, 0.28, 'share', '+3 pp'],
  [0.28, 0.31, 'share', '-3 pp'],
])('%p after %p %s is %p', (value, previous, unit, text) => {
  expect(comparedWith(value, previous, unit)).toBe(text);
});
