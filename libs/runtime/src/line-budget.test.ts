import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLineBudget } from './line-budget.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('each kind has its lines in a minute, and what is beyond them is counted by kind', () => {
  const rests: Record<string, number>[] = [];
  const mayWrite = createLineBudget((rest) => rests.push(rest), 2);
  const written = (kind: string, times: number) => Array.from({ length: times }, () => mayWrite(kind)).filter(Boolean).length;
  expect([written('a', 1_000), written('b', 3), written('c', 1)]).toEqual([2, 2, 1]);
  jest.advanceTimersByTime(59_999);
  expect(rests).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(rests).toEqual([{ a: 998, b: 1 }]);

  expect([written('a', 3), written('c', 2)]).toEqual([2, 2]);
  jest.advanceTimersByTime(60_000);
  expect(rests.slice(1)).toEqual([{ a: 1 }]);
});

test('a minute in which everything was written has no rest', () => {
  const rests: unknown[] = [];
  const mayWrite = createLineBudget((rest) => rests.push(rest), 2);
  expect([mayWrite('a'), mayWrite('a')]).toEqual([true, true]);
  jest.advanceTimersByTime(60_000);
  expect(rests).toEqual([]);
});

test('more kinds than are told apart share one count', () => {
  const rests: Record<string, number>[] = [];
  const mayWrite = createLineBudget((rest) => rests.push(rest), 1);
  const written = Array.from({ length: 1_000 }, (_, nth) => mayWrite(`kind ${nth}`)).filter(Boolean).length;
  jest.advanceTimersByTime(60_000);
  expect(written).toBeLessThan(300);
  const [rest = {}] = rests;
  expect(Object.keys(rest).length).toBeLessThan(300);
  expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(1_000 - written);
});

test('several kinds can share the lines of one, and are counted apart', () => {
  const rests: [Record<string, number>, number][] = [];
  const mayWrite = createLineBudget((rest, count) => rests.push([rest, count]), 2);
  expect(['a', 'a', 'a', 'b', 'b'].map((problem) => mayWrite('all', problem))).toEqual([true, true, false, false, false]);
  jest.advanceTimersByTime(60_000);
  expect(rests).toEqual([[{ a: 1, b: 2 }, 3]]);
});
