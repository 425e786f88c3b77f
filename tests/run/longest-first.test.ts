import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { longest } from './longest-first.ts';

test('what is begun first are test files that there are', () => {
  expect(longest.filter((file) => !existsSync(file))).toEqual([]);
});
