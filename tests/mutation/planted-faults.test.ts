import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { faultKinds } from './planted-fault.ts';
import { plantedFaults } from './planted-faults/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** How often a text stands in another. */
const countOf = (text: string, sought: string) => text.split(sought).length - 1;

// Who changes a line in which a fault is planted changes the fault, too.
test('every planted fault has its place exactly once in its file, and changes it', () => {
  const misplaced = plantedFaults.filter(({ file, from, to }) => from === to || countOf(read(file), from) !== 1);
  expect(misplaced.map(({ name, file, from }) => `${name}: ${file}: ${countOf(read(file), from)} × ${from}`)).toEqual([]);
});

test('every planted fault has a name of its own, and tests that there are', () => {
  expect(new Set(plantedFaults.map(({ name }) => name)).size).toBe(plantedFaults.length);
  const missing = plantedFaults.flatMap(({ name, tests }) =>
    tests.filter((file) => !file.endsWith('.test.ts') || !existsSync(path.join(root, file))).map((file) => `${name}: ${file}`),
  );
  expect(missing).toEqual([]);
});

test('there are planted faults of every kind, at least eighty in all', () => {
  expect(plantedFaults.length).toBeGreaterThanOrEqual(80);
  expect(faultKinds.filter((kind) => plantedFaults.every((fault) => fault.kind !== kind))).toEqual([]);
});
