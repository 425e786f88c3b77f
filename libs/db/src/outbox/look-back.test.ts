import { beforeEach, expect, test } from '@jest/globals';
import { createLookBack, everything } from './look-back.ts';

let clock = 0;
let lookBack: ReturnType<typeof createLookBack>;
beforeEach(() => {
  clock = 1_000_000;
  lookBack = createLookBack(() => clock);
});

/** A look for up to ten of each kind, that takes so long. @returns how far back it went. */
function look(kinds: readonly string[], tookMs: number, found: { kind: string; remainingMs: number }[] = []): number[] {
  const one = lookBack.at(kinds);
  clock += tookMs;
  one.found(
    found,
    kinds.map(() => 10),
  );
  return one.behind;
}

test('the first look is for everything, and so is each one that comes when the last was long ago for what it took', () => {
  expect(look(['event'], 5)).toEqual([everything]);
  clock += 100;
  expect(look(['event'], 5)).toEqual([everything]);
});

test('after a look for everything that took long, the next ones go back to when the one before began, and five seconds', () => {
  look(['event'], 200);
  clock += 2_800;
  expect(look(['event'], 2)).toEqual([8]);
  clock += 98;
  expect(look(['event'], 2)).toEqual([6]);
});

test('looks for everything take a twentieth of the time, and are five seconds apart at most', () => {
  look(['event'], 200);
  clock += 3_999;
  expect(look(['event'], 0)).not.toEqual([everything]);
  clock += 1;
  expect(look(['event'], 60_000)).toEqual([everything]);
  clock += 5_000;
  expect(look(['event'], 0)).toEqual([everything]);
});

test('when there was more than it looked for, the next look begins at the last that it found, and five seconds before', () => {
  const found = Array.from({ length: 10 }, (_, nth) => ({ kind: 'reply', remainingMs: nth * 1_000 - 60_000 }));
  look(['event', 'reply'], 1_000, found);
  expect(look(['event', 'reply'], 2)).toEqual([6, 56]);
});

test('what is claimed ahead of its time hides nothing that is due now', () => {
  const found = Array.from({ length: 10 }, () => ({ kind: 'reply', remainingMs: 500_000 }));
  look(['reply'], 1_000, found);
  expect(look(['reply'], 2)).toEqual([6]);
});

test('a kind that was not looked for meanwhile is looked for since it last was', () => {
  look(['event', 'reply'], 1_000);
  clock += 1_000;
  look(['event'], 0);
  clock += 1_000;
  expect(look(['event', 'reply'], 0)).toEqual([6, 8]);
});

test('a kind that was never looked for is looked for everywhere', () => {
  look(['event'], 1_000);
  expect(look(['event', 'reply'], 0)).toEqual([6, everything]);
});
