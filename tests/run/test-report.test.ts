import { describe, expect, test } from '@jest/globals';
import type { JestResult } from './run-jest.ts';
import { describeResults, timeTable } from './test-report.ts';

const nothing = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};
const result = (code: number, report?: Partial<NonNullable<JestResult['report']>>): JestResult => ({
  code,
  report: report === undefined ? undefined : { ...nothing, ...report },
});

describe('the last line of a test run', () => {
  test.each<[string, JestResult[], string, number]>([
    [
      'counts what all runs of jest did',
      [result(0, { numPassedTests: 3 }), result(0, { numPassedTests: 4, numPendingTests: 1 })],
      '7 passed, 0 failed, 1 skipped',
      0,
    ],
    [
      'fails with one of them',
      [result(1, { numPassedTests: 3, numFailedTests: 1 }), result(0, { numPassedTests: 4 })],
      '7 passed, 1 failed',
      1,
    ],
    ['counts a file that cannot be run', [result(1, { numPassedTests: 3, numRuntimeErrorTestSuites: 1 })], '3 passed, 1 failed', 1],
    [
      'fails when no test has a name like the one that was asked for',
      [result(0, { numPendingTests: 19 })],
      '0 passed, 0 failed, 19 skipped: nothing was chosen that is a test',
      1,
    ],
    [
      'fails when a run did not come to its end',
      [result(0, { numPassedTests: 3 }), result(0)],
      '3 passed, 0 failed: the run did not come to its end',
      1,
    ],
  ])('%s', (_what, results, words, code) => {
    expect(describeResults(results)).toEqual({ words, code });
  });
});

test('the table of times begins with the file that took longest', () => {
  const testResults = [
    { name: `${process.cwd()}/tests/a.test.ts`, startTime: 1_000, endTime: 2_500, assertionResults: [] },
    { name: `${process.cwd()}/tests/b.test.ts`, startTime: 1_000, endTime: 13_000, assertionResults: [] },
  ];
  expect(timeTable([result(0, { testResults })]).split('\n')).toEqual([
    '    12.0 s  tests/b.test.ts',
    '     1.5 s  tests/a.test.ts',
    '    13.5 s  in all 2',
  ]);
});
