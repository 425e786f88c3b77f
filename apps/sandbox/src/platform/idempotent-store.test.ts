import { expect, test } from '@jest/globals';
import { createIdempotentStore } from './idempotent-store.ts';

interface Letter {
  to: string;
  key: string;
  text: string;
}
const letters = (capacity: number) =>
  createIdempotentStore<Letter>({
    capacity,
    indexOf: (letter) => letter.to,
    keyOf: (letter) => letter.key,
    same: (a, b) => a.text === b.text,
  });

test('beyond its capacity the store forgets the oldest item, its index and its key', () => {
  const store = letters(2);
  for (const n of [1, 2, 3]) store.addOnce({ to: `person-${n}`, key: `key-${n}`, text: 'hello' });
  expect(store.total()).toBe(2);
  expect(store.newest(10).map((letter) => letter.key)).toEqual(['key-2', 'key-3']);
  expect(store.under('person-1')).toEqual([]);
  expect(store.addOnce({ to: 'person-1', key: 'key-1', text: 'hello again' }).outcome).toBe('created');
});

test('a long-running store stays in order and finds the newest under each index', () => {
  const store = letters(3000);
  for (let n = 0; n < 20_000; n += 1) store.addOnce({ to: `person-${n % 7}`, key: `key-${n}`, text: 'hello' });
  expect(store.total()).toBe(3000);
  expect(store.newest(2).map((letter) => letter.key)).toEqual(['key-19998', 'key-19999']);
  const filed = Array.from({ length: 7 }, (_, n) => store.under(`person-${n}`));
  expect(filed.flat()).toHaveLength(3000);
  expect(filed[19_999 % 7]?.at(-1)?.key).toBe('key-19999');
});
