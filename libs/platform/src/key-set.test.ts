import { expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { errors, exportJWK, generateKeyPair } from 'jose';
import { createKeySet, keySetCooldownMs } from './key-set.ts';

const made = await Promise.all(
  ['first', 'second'].map(async (kid) => ({
    ...(await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).publicKey)),
    kid,
    alg: 'EdDSA',
  })),
);
const [first = {}, second = {}] = made;
const token = { payload: '', signature: '' };

function keySet(published: () => readonly unknown[] | Promise<readonly unknown[]>) {
  let now = 1_000_000;
  const asked: number[] = [];
  const keys = createKeySet({
    service: 'auth',
    clock: () => now,
    async fetchKeys() {
      asked.push(now);
      return published();
    },
  });
  return {
    asked,
    pass: (ms: number) => (now += ms),
    // As `jose` hands over what stands in a header, whatever that is.
    find: async (kid: unknown) => keys.find(JSON.parse(JSON.stringify({ alg: 'EdDSA', kid })), token),
    renew: () => keys.renew(),
  };
}

test('a key that came into use after the last request cannot be checked before the cooldown is over, and is found after it', async () => {
  let published: unknown[] = [first];
  const keys = keySet(() => published);
  await keys.find('first');
  published = [second];
  keys.pass(1_000);
  await expect(keys.find('second')).rejects.toMatchObject({ name: 'DependencyUnavailable', retryAfterSeconds: 4 });
  await expect(keys.find('first')).resolves.toBeDefined();
  keys.pass(4_000);
  await expect(keys.find('second')).resolves.toBeDefined();
  expect(keys.asked).toHaveLength(2);
});

test('a key id that a fresh set does not have is unknown until the set may be asked for again', async () => {
  const keys = keySet(() => [first]);
  await expect(keys.find('second')).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  keys.pass(keySetCooldownMs - 1);
  await expect(keys.find('second')).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  await expect(keys.find('third')).rejects.toBeInstanceOf(DependencyUnavailable);
  expect(keys.asked).toHaveLength(1);
  keys.pass(1);
  await expect(keys.find('third')).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  expect(keys.asked).toHaveLength(2);
});

test('a thousand unknown key ids cost one request', async () => {
  const keys = keySet(() => [first]);
  const found = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => keys.find(`unknown ${n}`)));
  expect(found.every(({ status }) => status === 'rejected')).toBe(true);
  expect(keys.asked).toHaveLength(1);
});

test.each<[unknown]>([[5], [null], [['first']], [{}], [true], [1e308], [[]], [''.length], [{ toString: 'first' }], [[['first']]]])(
  'a key id %j is no key id, and nobody is asked',
  async (kid) => {
    const keys = keySet(() => [first]);
    await expect(keys.find(kid)).rejects.toBeInstanceOf(errors.JWSInvalid);
    expect(keys.asked).toHaveLength(0);
  },
);

test.each<[string, unknown[]]>([
  ['null', [null]],
  ['text', ['key']],
  ['a number', [5]],
  ['a list', [[first]]],
  ['nothing in it', [{}]],
  ['a kid that is a number', [{ ...second, kid: 5 }]],
  ['a kid that is null', [{ ...second, kid: null }]],
  ['a type nobody knows', [{ kty: 'X', kid: 'x' }]],
  ['an x that is a number', [{ ...second, x: 5 }]],
  ['no x', [{ ...second, x: undefined }]],
  ['key_ops that are text', [{ ...second, key_ops: 'verify' }]],
  ['ext that is text', [{ ...second, ext: 'true' }]],
  ['a secret', [{ kty: 'oct', k: 'AAAA', kid: 'secret' }]],
])('an odd entry beside a good key (%s) costs nobody anything', async (_what, odd) => {
  const keys = keySet(() => [...odd, first]);
  await expect(keys.find('first')).resolves.toBeDefined();
});

test.each<[string, unknown]>([
  ['an x that is a number', { ...second, x: 5 }],
  ['an x that is no point', { ...second, x: 'AA' }],
  ['no x', { ...second, x: undefined }],
])('a token whose key is published with %s cannot be checked: that is not its fault', async (_what, odd) => {
  const keys = keySet(() => [first, odd]);
  await expect(keys.find('second')).rejects.toBeInstanceOf(DependencyUnavailable);
});

test('while a set without keys, or none, is published, the keys before it count', async () => {
  let published: () => unknown[] = () => [first];
  const keys = keySet(() => published());
  await keys.find('first');
  published = () => [];
  keys.pass(600_001);
  await expect(keys.find('first')).resolves.toBeDefined();
  published = () => {
    throw new DependencyUnavailable('auth');
  };
  await expect(keys.find('first')).resolves.toBeDefined();
  await expect(keys.find('second')).rejects.toBeInstanceOf(DependencyUnavailable);
});

test('a key that was withdrawn is gone after ten minutes', async () => {
  let published: unknown[] = [first, second];
  const keys = keySet(() => published);
  await keys.find('second');
  published = [first];
  keys.pass(600_001);
  await expect(keys.find('second')).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
});

test('a key that was replaced under its id is asked for once per cooldown, however young the set is', async () => {
  const keys = keySet(() => [first]);
  await keys.find('first');
  expect(await Promise.all([keys.renew(), keys.renew()])).toEqual([true, true]);
  expect(await keys.renew()).toBe(false);
  keys.pass(keySetCooldownMs - 1);
  expect(await keys.renew()).toBe(false);
  expect(keys.asked).toHaveLength(2);
  keys.pass(1);
  expect(await Promise.all([keys.renew(), keys.renew()])).toEqual([true, true]);
  expect(keys.asked).toHaveLength(3);
});

test('once a key was seen to be replaced under its id, what does not fit cannot be checked before the cooldown is over', async () => {
  let published: unknown[] = [first];
  const keys = keySet(() => published);
  await keys.find('first');
  published = [{ ...second, kid: 'first' }];
  expect(await keys.renew()).toBe(true);
  keys.pass(1_000);
  await expect(keys.renew()).rejects.toMatchObject({ name: 'DependencyUnavailable', retryAfterSeconds: 4 });
  keys.pass(4_000);
  expect(await keys.renew()).toBe(true);
  expect(keys.asked).toHaveLength(3);
});

test.each<[string, unknown[]]>([
  ['a new key beside the old one', [first, second]],
  ['another key with an id of its own', [second]],
  ['the same key in another order of its fields', [Object.fromEntries(Object.entries(first).toReversed())]],
  ['the same key with another use', [{ ...first, use: 'sig' }]],
])('%s is no key that was replaced under its id', async (_what, next) => {
  let published: unknown[] = [first];
  const keys = keySet(() => published);
  await keys.find('first');
  published = next;
  expect(await keys.renew()).toBe(true);
  expect(await keys.renew()).toBe(false);
});
