import { describe, expect, test } from '@jest/globals';
import { isHeldOut, orderVariants } from './experiment.ts';
import type { Variant } from './experiment.ts';

/** UUIDs as if by chance, the same in every run. */
function createUuids(count: number): string[] {
  let state = 0x2545_f491;
  const next = (): string => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0).toString(16).padStart(8, '0');
  };
  return Array.from({ length: count }, () => {
    const hex = next() + next() + next() + next();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  });
}

const users = createUuids(100_000);

/** Ids as the store gives them to templates that are made one after another: they differ in their last places. */
const variantsOf = (weights: readonly number[]): Variant[] =>
  weights.map((weight, nth) => ({ id: `019b7a40-7c00-7abc-8def-${(0x3f_00_10 + nth).toString(16).padStart(12, '0')}`, weight }));

function chosen(experiment: string, userId: string | null, variants: readonly Variant[]): string {
  const [first] = orderVariants(experiment, userId, variants);
  if (first === undefined) throw new Error('there is no variant');
  return first.id;
}

describe('100,000 users', () => {
  test('are all different', () => {
    expect(new Set(users).size).toBe(100_000);
  });

  test.each([[[1, 1]], [[1, 3]], [[50, 30, 20]], [[999, 1]], [[1, 2, 3, 4, 5]], [[1, 1, 1, 1, 1]]])(
    'are split by weight (%j), to a hundredth of them',
    (weights) => {
      const variants = variantsOf(weights);
      const counts = new Map<string, number>();
      for (const user of users) {
        const id = chosen('welcome-tone', user, variants);
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const { id, weight } of variants) expect(Math.abs((counts.get(id) ?? 0) / users.length - weight / total)).toBeLessThan(0.01);
    },
  );

  test('draw a rare variant about as often as it should be, neither never nor twice', () => {
    const [common, rare] = variantsOf([999, 1]);
    if (common === undefined || rare === undefined) throw new Error('two variants');
    const count = users.filter((user) => chosen('welcome-tone', user, [common, rare]) === rare.id).length;
    expect(count).toBeGreaterThan(60);
    expect(count).toBeLessThan(140);
  });

  test('draw in two experiments independently of each other', () => {
    for (const other of ['farewell-tone', 'welcome-tonf', 'xelcome-tone']) {
      const first = variantsOf([1, 1]);
      let both = 0;
      let one = 0;
      let two = 0;
      for (const user of users) {
        const a = chosen('welcome-tone', user, first) === first[0]?.id;
        const b = chosen(other, user, first) === first[0]?.id;
        one += Number(a);
        two += Number(b);
        both += Number(a && b);
      }
      const n = users.length;
      const correlation = (both / n - (one / n) * (two / n)) / Math.sqrt((one / n) * (1 - one / n) * (two / n) * (1 - two / n));
      expect(Math.abs(correlation)).toBeLessThan(0.015);
    }
  });

  test('are moved by taking one variant out only if it was theirs', () => {
    const variants = variantsOf([50, 30, 20]);
    const gone = variants[1]?.id;
    const left = variants.filter(({ id }) => id !== gone);
    let moved = 0;
    for (const user of users) {
      const before = chosen('welcome-tone', user, variants);
      const after = chosen('welcome-tone', user, left);
      if (before === gone) moved++;
      else if (after !== before) throw new Error(`${user} was moved from ${before} to ${after}`);
    }
    expect(Math.abs(moved / users.length - 0.3)).toBeLessThan(0.01);
  });

  test('go on to what the rest would have given them, when their own is gone', () => {
    const variants = variantsOf([50, 30, 20]);
    for (const user of users.slice(0, 2_000)) {
      const [first, ...others] = orderVariants('welcome-tone', user, variants);
      expect(
        orderVariants(
          'welcome-tone',
          user,
          variants.filter((variant) => variant !== first),
        ),
      ).toEqual(others);
    }
  });

  test('are given the heavier variant only by raising its weight: nobody leaves it', () => {
    const before = variantsOf([1, 1, 1]);
    const after = variantsOf([3, 1, 1]);
    const raised = before[0]?.id;
    for (const user of users.slice(0, 20_000)) {
      const [was, is] = [chosen('welcome-tone', user, before), chosen('welcome-tone', user, after)];
      if (is !== was && is !== raised) throw new Error(`${user} went from ${was} to ${is}`);
    }
  });
});

describe('the holdout of an experiment', () => {
  test.each([0, 0.01, 0.05, 0.5])('has its share (%d) of 100,000 users, to three thousandths of them', (share) => {
    const held = users.filter((user) => isHeldOut('welcome-tone', user, share));
    expect(Math.abs(held.length / users.length - share)).toBeLessThan(share === 0 ? Number.MIN_VALUE : 0.003);
  });

  test('takes from every variant alike, and grows without losing anybody', () => {
    const [a, b] = variantsOf([1, 1]);
    if (a === undefined || b === undefined) throw new Error('two variants');
    const held = users.filter((user) => isHeldOut('welcome-tone', user, 0.1));
    const ofA = held.filter((user) => chosen('welcome-tone', user, [a, b]) === a.id);
    expect(Math.abs(ofA.length / held.length - 0.5)).toBeLessThan(0.02);
    expect(held.every((user) => isHeldOut('welcome-tone', user, 0.2))).toBe(true);
  });
});

describe('a user', () => {
  test('always gets the same variant, in whatever order they are given', () => {
    const variants = variantsOf([50, 30, 20]);
    for (const user of users.slice(0, 2_000)) {
      const id = chosen('welcome-tone', user, variants);
      expect(chosen('welcome-tone', user, variants)).toBe(id);
      expect(chosen('welcome-tone', user, variants.toReversed())).toBe(id);
      expect(
        chosen(
          'welcome-tone',
          user,
          variants.map((variant) => ({ ...variant })),
        ),
      ).toBe(id);
    }
  });

  // Written down: another hash would give running experiments other users, with the next release.
  test.each([
    ['0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', 'bac abc'],
    ['0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e', 'abc bca'],
    ['5f0c9a51-1f6e-4c0b-9a52-0d3f6f1f7b10', 'abc bac'],
    ['c9bf9e57-1685-4c89-bafb-ff5af830be8a', 'abc bac'],
    ['00000000-0000-4000-8000-000000000000', 'abc bca'],
  ])('%s gets the same variants after every release: %s', (user, order) => {
    const variants = [
      { id: '019b7a40-7c00-7abc-8def-aaaaaaaaaaaa', name: 'a', weight: 50 },
      { id: '019b7a40-7c00-7abc-8def-bbbbbbbbbbbb', name: 'b', weight: 30 },
      { id: '019b7a40-7c00-7abc-8def-cccccccccccc', name: 'c', weight: 20 },
    ];
    const names = (experiment: string) =>
      orderVariants(experiment, user, variants)
        .map(({ name }) => name)
        .join('');
    expect([names('welcome-tone'), names('farewell-tone')]).toEqual(order.split(' '));
  });

  test('who is not known gets the heaviest variant, of equals the one that stands first', () => {
    const [light, heavy, equal] = variantsOf([1, 5, 5]);
    if (light === undefined || heavy === undefined || equal === undefined) throw new Error('three variants');
    expect(orderVariants('welcome-tone', null, [light, heavy, equal])).toEqual([heavy, equal, light]);
    expect(orderVariants('welcome-tone', null, [equal, light, heavy])).toEqual([equal, heavy, light]);
  });

  test('gets the only variant there is, and none of none', () => {
    const only = variantsOf([1]);
    expect(orderVariants('welcome-tone', 'user', only)).toEqual(only);
    expect(orderVariants('welcome-tone', 'user', [])).toEqual([]);
  });
});
