import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { declaredFlags, flagKeys } from './declared-flags.ts';
import { canonicalRule, evaluateRule, flagRoles } from './flag-rule.ts';
import type { FlagRule } from './flag-rule.ts';

const rule = (percentage: number, more: Partial<FlagRule> = {}): FlagRule => ({
  percentage,
  ids: [],
  roles: [],
  ...more,
});

describe('a percentage', () => {
  const ids = Array.from({ length: 100_000 }, (_, n) => `0198c5a0-7a3f-7c11-9d2e-${(n * 7_919).toString(16).padStart(12, '0')}`);
  const chosen = (key: 'moods.updates' | 'auto-replies.send', percentage: number) =>
    ids.filter((id) => evaluateRule(key, rule(percentage), { id }));

  test('of 10 is on for 10 percent of 100,000 ids, give or take 0.3 points, always the same', () => {
    const found = chosen('moods.updates', 10);
    expect(Math.abs((found.length / ids.length) * 100 - 10)).toBeLessThanOrEqual(0.3);
    expect(chosen('moods.updates', 10)).toEqual(found);
  });

  test('chooses other ids for another flag', () => {
    const others = new Set(chosen('auto-replies.send', 10));
    const both = chosen('moods.updates', 10).filter((id) => others.has(id));
    expect(Math.abs((both.length / ids.length) * 100 - 1)).toBeLessThan(0.3);
  });

  test('that is raised takes it away from nobody', () => {
    const more = new Set(chosen('moods.updates', 11));
    expect(chosen('moods.updates', 10).filter((id) => !more.has(id))).toEqual([]);
    expect([chosen('moods.updates', 0).length, chosen('moods.updates', 100).length]).toEqual([0, ids.length]);
  });

  test('gives known ids the answers that they had in every release', () => {
    const known = Array.from({ length: 12 }, (_, n) => `0198c5a0-7a3f-7c11-9d2e-${String(n).padStart(12, '0')}`);
    const answers = known.map((id) => evaluateRule('moods.updates', rule(30), { id }));
    expect(answers).toEqual([true, false, false, false, false, false, false, false, true, false, false, false]);
  });
});

test('a flag that is partly on is on for nobody without an id, unless the role is listed', () => {
  expect(evaluateRule('moods.updates', rule(99), {})).toBe(false);
  expect(
    evaluateRule('moods.updates', rule(0, { roles: ['admin'] }), {
      role: 'admin',
    }),
  ).toBe(true);
  expect(
    evaluateRule('moods.updates', rule(0, { ids: ['a'] }), {
      id: 'a',
      role: 'user',
    }),
  ).toBe(true);
  expect(
    evaluateRule('moods.updates', rule(0, { ids: ['a'], roles: ['admin'] }), {
      id: 'b',
      role: 'user',
    }),
  ).toBe(false);
});

test('rules whose lists hold the same, in whatever order and however often, are one rule, which is on for the same', () => {
  const lists = fc.record({ ids: fc.array(fc.constantFrom('a', 'b', 'c')), roles: fc.array(fc.constantFrom(...flagRoles)) });
  fc.assert(
    fc.property(lists, lists, ({ ids, roles }, others) => {
      const canonical = canonicalRule(rule(0, { ids, roles }));
      expect(canonicalRule(rule(0, { ids: [...ids.toReversed(), ...ids], roles: [...roles.toReversed(), ...roles] }))).toEqual(canonical);
      expect([canonical.ids.length, canonical.roles.length]).toEqual([new Set(ids).size, new Set(roles).size]);
      for (const id of others.ids) expect(evaluateRule('moods.updates', canonical, { id })).toBe(ids.includes(id));
      for (const role of others.roles) expect(evaluateRule('moods.updates', canonical, { role })).toBe(roles.includes(role));
    }),
  );
});

test('every flag says what it switches, who answers for it, and when it ends', () => {
  for (const key of flagKeys) {
    const { description, owner, endsOn } = declaredFlags[key];
    expect([key, description.length > 20, owner.length > 0, new Date(endsOn).toJSON()?.slice(0, 10)]).toEqual([key, true, true, endsOn]);
  }
  const incomplete = {
    type: 'boolean',
    description: 'no end',
    default: true,
    owner: 'nobody',
  } as const;
  // @ts-expect-error A flag without its end does not compile.
  const refused: (typeof declaredFlags)['panel.mood'] = incomplete;
  expect(refused).toBe(incomplete);
});
