import { expect, test } from '@jest/globals';
import { lastKnown, toColumns, toParts } from './series.ts';

const [first, second] = [
  { start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' },
  { start: '2026-01-02T00:00:00.000Z', end: '2026-01-03T00:00:00.000Z' },
];
const columns = toColumns(
  [
    { ...first, group: 'admin', value: 1 },
    { ...first, group: 'model', value: 2 },
    { ...second, group: 'model', value: 3 },
    { ...second, group: 'admin', value: null },
  ],
  ['model'],
);

test('rows become a column for each group, those that are named first', () => {
  expect(columns).toEqual({
    intervals: [first, second],
    groups: [
      { key: 'model', values: [2, 3] },
      { key: 'admin', values: [1, null] },
    ],
  });
});

test('a series without groups has one column', () => {
  expect(toColumns([{ ...first, group: null, value: 0.5 }]).groups).toEqual([{ key: '', values: [0.5] }]);
});

test('parts are the sums of the groups, most first', () => {
  expect(toParts(columns)).toEqual([
    { key: 'model', value: 5 },
    { key: 'admin', value: 1 },
  ]);
});

test('the last value that is known may be an earlier one', () => {
  expect([lastKnown([1, 2, null]), lastKnown([null])]).toEqual([2, null]);
});
