import { expect, test } from '@jest/globals';
import { jobDefaults } from './worker-defaults.ts';

test('a failed job is kept for seven days, and a completed one not at all', () => {
  expect(jobDefaults).toEqual({ removeOnComplete: true, removeOnFail: { age: 604_800 } });
});
