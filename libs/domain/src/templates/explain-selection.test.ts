import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { explainSelection } from './explain-selection.ts';
import { rankTemplates } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import { createTemplateIndex } from './template-index.ts';
import { templateUnderTest as template } from './template.fixture.ts';
import type { Template } from './template.ts';

const criteria: TemplateCriteria = { moodState: 'positive', templateType: 'greeting', tier: 'gold', locale: 'fr-CA', userId: null };
const newer = new Date('2026-05-01T00:00:00Z');

async function explain(candidates: readonly Template[], more: Partial<TemplateCriteria> = {}) {
  return (await explainSelection(candidates, { ...criteria, ...more }, Infinity)).map(({ template: { id }, won, reason }) => ({
    id,
    won,
    reason,
  }));
}

/** Why the first loses to the second. */
const whyLost = async (loser: Template, winner: Template, more: Partial<TemplateCriteria> = {}) => {
  const [first, second] = await explain([loser, winner], more);
  expect(first).toMatchObject({ id: winner.id, won: true });
  expect(second).toMatchObject({ id: loser.id, won: false });
  return second?.reason;
};

describe('why a template was chosen', () => {
  test('is told with what it is for', async () => {
    const general = template();
    expect(await explain([general])).toEqual([
      { id: general.id, won: true, reason: 'Chosen: it fits best (any locale, any tier, priority 100).' },
    ]);
    expect(await explain([template({ locale: 'fr', tierLevel: 'gold', priority: 7 })])).toMatchObject([
      { reason: 'Chosen: it fits best (locale fr, tier gold, priority 7).' },
    ]);
  });

  test('is told with the experiment that it belongs to, when it had rivals there', async () => {
    const variants = [template({ experiment: 'tone', weight: 2 }), template({ experiment: 'tone' })];
    expect((await explain(variants))[0]?.reason).toBe(
      'Chosen: it fits best (any locale, any tier, priority 100). Of the 2 variants of the experiment "tone" it is the heaviest, since no userId is given.',
    );
    expect((await explain(variants, { userId: 'user-1' }))[0]?.reason).toMatch(/it is the one that this user always gets\.$/);
    expect((await explain(variants.slice(1)))[0]?.reason).not.toMatch(/experiment/);
  });

  test('needs no candidates', async () => {
    expect(await explain([])).toEqual([]);
  });
});

describe('why a template lost', () => {
  test('by locale', async () => {
    expect(await whyLost(template({ locale: 'fr', priority: 900 }), template({ locale: 'fr-CA' }))).toBe(
      'Lost by locale: for fr-CA, fr-CA comes before fr.',
    );
    expect(await whyLost(template({ tierLevel: 'gold' }), template({ locale: 'fr' }))).toBe(
      'Lost by locale: for fr-CA, fr comes before no locale.',
    );
  });

  test('by tier', async () => {
    expect(await whyLost(template({ priority: 900 }), template({ tierLevel: 'gold' }))).toBe(
      'Lost by tier: one of tier gold comes before one of any tier.',
    );
  });

  test('by priority', async () => {
    expect(await whyLost(template({ createdAt: newer }), template({ priority: 101 }))).toBe('Lost by priority: 100 is lower than 101.');
  });

  test('by age', async () => {
    expect(await whyLost(template(), template({ createdAt: newer }))).toBe(
      'Lost by age: of the same priority, the one created later is taken.',
    );
  });

  test('by nothing but its id, as those do that are imported together', async () => {
    expect(await whyLost(template(), template())).toBe('Lost by id: of the same priority and age, the one with the higher id is taken.');
  });

  test('by the draw of an experiment', async () => {
    const light = template({ experiment: 'tone', priority: 900 });
    const heavy = template({ experiment: 'tone', weight: 2 });
    expect(await whyLost(light, heavy)).toBe('Lost by experiment: of the variants of "tone", without a userId the heaviest is taken.');
    expect((await explain([light, heavy], { userId: 'user-1' }))[1]?.reason).toBe(
      'Lost by experiment: of the variants of "tone", this user always gets another one.',
    );
  });

  test.each([
    ['of a higher priority', { priority: 500 }],
    ['of the same priority that comes before it', { priority: 200, createdAt: newer }],
  ])('by another variant of the experiment of the chosen one, which is %s', async (words, leading) => {
    const leader = template({ experiment: 'tone', ...leading });
    const heavy = template({ experiment: 'tone', weight: 9 });
    const better = template({ priority: 200 });
    expect(await explain([better, heavy, leader])).toMatchObject([
      { id: heavy.id, won: true },
      { id: leader.id },
      { id: better.id, reason: `Lost by experiment: "tone" holds a variant ${words}.` },
    ]);
  });

  test('by another variant, also when it is as high as the chosen one and newer', async () => {
    const leader = template({ experiment: 'tone', priority: 900 });
    const heavy = template({ experiment: 'tone', weight: 9 });
    const late = template({ createdAt: newer });
    expect((await explain([late, leader, heavy]))[2]).toMatchObject({
      id: late.id,
      reason: 'Lost by experiment: "tone" holds a variant of a higher priority.',
    });
  });
});

describe('why a template does not fit', () => {
  test.each([
    [{ active: false }, {}, 'Does not fit: it is not active.'],
    [{ content: 'Hi {{nickName}}' }, {}, 'Does not fit: its content cannot be read.'],
    [{ tierLevel: 'silver' }, {}, 'Does not fit: it is for tier silver, and the user’s is gold.'],
    [{ tierLevel: 'silver' }, { tier: null }, 'Does not fit: it is for tier silver, and the user’s is unknown.'],
    [{ locale: 'fr-FR' }, {}, 'Does not fit: it is for locale fr-FR, and the user’s is fr-CA.'],
    [{ locale: 'fr' }, { locale: null }, 'Does not fit: it is for locale fr, and the user’s is unknown.'],
    [{ moodState: 'neutral' }, {}, 'Does not fit: it is for another mood or type.'],
    [{ templateType: 'farewell' }, {}, 'Does not fit: it is for another mood or type.'],
  ] as const)('%j for %j', async (overrides, request, reason) => {
    expect(await explain([template(overrides)], request)).toMatchObject([{ won: false, reason: reason.replace('’', "'") }]);
  });

  test('comes after those that fit, the highest priority first', async () => {
    const chosen = template({ priority: 1 });
    const off = template({ active: false, priority: 5 });
    const newerOff = template({ active: false, priority: 5, createdAt: newer });
    const silver = template({ tierLevel: 'silver', priority: 900 });
    expect((await explain([off, newerOff, chosen, silver])).map(({ id }) => id)).toEqual([chosen.id, silver.id, newerOff.id, off.id]);
  });
});

test('everything is explained, once, in the order of the ranking', async () => {
  const some = fc
    .record({
      tierLevel: fc.constantFrom(null, 'gold', 'silver'),
      locale: fc.constantFrom(null, 'fr', 'fr-CA', 'en'),
      priority: fc.constantFrom(1, 2),
      active: fc.constantFrom(true, true, false),
      experiment: fc.constantFrom(null, 'tone'),
      createdAt: fc.constantFrom(new Date(0), newer),
    })
    .map(template);
  await fc.assert(
    fc.asyncProperty(fc.array(some, { maxLength: 10 }), fc.constantFrom(null, 'user-1', 'user-2'), async (candidates, userId) => {
      const explained = await explainSelection(candidates, { ...criteria, userId }, Infinity);
      const ranked = Array.from(rankTemplates(createTemplateIndex(candidates), { ...criteria, userId }), (entry) => entry.template);
      expect(explained.map((each) => each.template).slice(0, ranked.length)).toEqual(ranked);
      expect(explained.filter(({ won }) => won)).toHaveLength(Math.min(1, ranked.length));
      expect(new Set(explained.map((each) => each.template))).toEqual(new Set(candidates));
      expect(explained).toHaveLength(candidates.length);
      for (const { reason } of explained) expect(reason).not.toMatch(/null|undefined/);
    }),
    { numRuns: 1_000 },
  );
});
