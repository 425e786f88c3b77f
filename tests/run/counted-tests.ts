import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The test files that repeat less in `npm test` than they can, by what they import. @returns paths in the project. */
export function countedTests(): string[] {
  return globSync('{apps,libs,tests}/**/*.test.ts', { cwd: root, exclude: (name) => name === 'node_modules' }).filter((file) =>
    readFileSync(path.join(root, file), 'utf8').includes("from '@mood/testing/counts'"),
  );
}
