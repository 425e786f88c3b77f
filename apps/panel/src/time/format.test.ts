import { expect, test } from '@jest/globals';
import { inWords, lengthInWords } from './format.ts';

test.each([
  [0, '0 secs'],
  [-5_000, '0 secs'],
  [59_400, '59 secs'],
  [60_000, '1 min'],
  [11_520_000, '3 hrs 12 mins'],
  [86_400_000, '1 day'],
  [86_460_000, '1 day'],
  [90_000_000, '1 day 1 hr'],
])('%d ms are %s', (ms, text) => {
  expect(lengthInWords(ms)).toBe(text);
});

test('a moment names its zone', () => {
  expect(inWords('2026-03-01T12:05:00Z')).toMatch(/^1 Mar 2026, \d\d:\d\d \S+$/);
});
