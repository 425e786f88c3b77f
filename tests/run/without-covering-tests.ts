import path from 'node:path';
import { coveringTests } from './covering-tests.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Jest's filter of a run that leaves out what has run with coverage. */
function withoutCoveringTests(files: readonly string[]): { filtered: string[] } {
  const covering = new Set(coveringTests().map((file) => path.join(root, file)));
  return { filtered: files.filter((file) => !covering.has(file)) };
}

export { withoutCoveringTests as 'module.exports' };
