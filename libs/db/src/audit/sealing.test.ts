import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { open, seal } from './sealing.ts';

const key = randomBytes(32);

test('what was sealed opens under the same key and context, and under no other', () => {
  const sealed = seal(key, 'Grüße 💕', 'row 1');
  expect(open(key, sealed, 'row 1').toString('utf8')).toBe('Grüße 💕');
  expect(() => open(key, sealed, 'row 2')).toThrow();
  expect(() => open(randomBytes(32), sealed, 'row 1')).toThrow();
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(() => open(key, sealed, 'row 1')).toThrow();
});

test('no nonce is used twice, also beyond those that are asked for at a time', () => {
  const nonces = Array.from({ length: 2_000 }, () => seal(key, 'x', '').subarray(0, 12).toString('hex'));
  expect(new Set(nonces).size).toBe(nonces.length);
});
