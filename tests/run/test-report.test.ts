import { describe, expect, test } from '@jest/globals';
import type { JestResult } from './run-jest.ts';
import { describeResults, failedFiles, failures, timeTable } from './test-report.ts';

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

  test('tells of what passed only when it ran alone', () => {
    const words = '7 passed, 0 failed, 1 passed only when run again alone';
    expect(describeResults([result(0, { numPassedTests: 7 })], ['tests/a.test.ts: is quick'])).toEqual({ words, code: 0 });
  });
});

const file = (name: string, status: string, times: [number, number], ...tests: [string, string][]) => ({
  name: `${process.cwd()}/tests/${name}.test.ts`,
  status,
  startTime: times[0],
  endTime: times[1],
  assertionResults: tests.map(([fullName, each]) => ({ fullName, status: each })),
});

test('what failed is named by file and test; a file that could not be run, too', () => {
  const testResults = [
    file('a', 'passed', [0, 1], ['is quick', 'passed']),
    file('b', 'failed', [0, 1], ['is quick', 'passed'], ['is right', 'failed']),
    file('b', 'failed', [1, 2], ['is right', 'failed']),
    file('c', 'failed', [0, 1]),
  ];
  const run = result(1, { testResults });
  expect(failedFiles(run).map((name) => name.split('/').at(-1))).toEqual(['b.test.ts', 'c.test.ts']);
  expect(failures(run)).toEqual(['tests/b.test.ts: is right', 'tests/b.test.ts: is right', 'tests/c.test.ts: could not be run']);
});

test('the table of times begins with the file that took longest', () => {
  const testResults = [file('a', 'passed', [1_000, 2_500]), file('b', 'passed', [1_000, 13_000])];
  expect(timeTable([result(0, { testResults })]).split('\n')).toEqual([
    '    12.0 s  tests/b.test.ts',
    '     1.5 s  tests/a.test.ts',
    '    13.5 s  in all 2',
  ]);
});
