import path from 'node:path';
import type { JestResult } from './run-jest.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** @returns the files in which something failed, or which could not be run at all. */
export const failedFiles = ({ report }: JestResult): string[] => [
  ...new Set(report?.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)),
];

/** @returns what failed, a line for each test. */
export const failures = ({ report }: JestResult): string[] =>
  (report?.testResults ?? []).flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName);
    const tests = failed.length === 0 && status === 'failed' ? ['could not be run'] : failed;
    return tests.map((test) => `${path.relative(root, name)}: ${test}`);
  });

/**
 * @param doubted what failed beside other tests and passed when it ran alone.
 * @returns a line such as `12 passed, 0 failed, 1 skipped`, and the exit code of all: 1 also when not a single test was run.
 */
export function describeResults(results: readonly JestResult[], doubted: readonly string[] = []): { words: string; code: number } {
  const reports = results.flatMap(({ report }) => report ?? []);
  const passed = sum(reports.map(({ numPassedTests }) => numPassedTests));
  const failed = sum(reports.map(({ numFailedTests, numRuntimeErrorTestSuites }) => numFailedTests + numRuntimeErrorTestSuites));
  const skipped = sum(reports.map(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests));
  const ended = reports.length === results.length;
  const words = [`${passed} passed, ${failed} failed`];
  if (skipped > 0) words.push(`${skipped} skipped`);
  if (doubted.length > 0) words.push(`${doubted.length} passed only when run again alone`);
  const remark = !ended ? ': the run did not come to its end' : passed + failed === 0 ? ': nothing was chosen that is a test' : '';
  const code = results.find((one) => one.code !== 0)?.code ?? (passed === 0 || !ended ? 1 : 0);
  return { words: words.join(', ') + remark, code };
}

/** How long each file took, the longest first, in seconds. What ran at the same time counts for each. */
export function timeTable(results: readonly JestResult[]): string {
  const files = results.flatMap(({ report }) => report?.testResults ?? []);
  const rows = files
    .map(({ name, startTime, endTime }) => ({ file: path.relative(root, name), seconds: (endTime - startTime) / 1_000 }))
    .toSorted((a, b) => b.seconds - a.seconds);
  const total = `${sum(rows.map(({ seconds }) => seconds))
    .toFixed(1)
    .padStart(8)} s  in all ${rows.length}`;
  return [...rows.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`), total].join('\n');
}
