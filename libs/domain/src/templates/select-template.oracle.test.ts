import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { count } from '@mood/testing/counts';
import { moodStates } from '../moods/mood.ts';
import { orderVariants } from './experiment.ts';
import { rankTemplates, selectTemplate } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import { createTemplateIndex } from './template-index.ts';
import type { TemplateIndex } from './template-index.ts';
import { templateUnderTest } from './template.fixture.ts';
import { templateTypes, userTiers } from './template.ts';
import type { Template } from './template.ts';

/** For each locale of a user, those whose templates fit, best first (RFC 4647, "Lookup"): written out, not computed. */
const lookup: Readonly<Record<string, readonly string[]>> = {
  en: ['en'],
  fr: ['fr'],
  'fr-CA': ['fr-CA', 'fr'],
  'fr-FR': ['fr-FR', 'fr'],
  zh: ['zh'],
  'zh-Hant': ['zh-Hant', 'zh'],
  'zh-Hant-TW': ['zh-Hant-TW', 'zh-Hant', 'zh'],
  'fr-CA-u-ca-buddhist': ['fr-CA-u-ca-buddhist', 'fr-CA-u-ca', 'fr-CA', 'fr'],
  'zh-x-private': ['zh-x-private', 'zh'],
};
const userLocales = [null, ...Object.keys(lookup)];
const templateLocales = [null, 'fr', 'fr-CA', 'fr-FR', 'zh', 'zh-Hant', 'zh-Hant-TW', 'en'];

/** 0 for the best locale, 1 for the next …; null when the template does not fit. */
function localeStep(template: Template, { locale }: TemplateCriteria): number | null {
  const steps = locale === null ? [] : (lookup[locale] ?? []);
  if (template.locale === null) return steps.length;
  const step = steps.indexOf(template.locale);
  return step === -1 ? null : step;
}

function fits(template: Template, criteria: TemplateCriteria): boolean {
  if (!template.active || template.moodState !== criteria.moodState || template.templateType !== criteria.templateType) return false;
  if (template.tierLevel !== null && template.tierLevel !== criteria.tier) return false;
  return localeStep(template, criteria) !== null;
}

/** Whether a comes before b, both of which fit, when no experiment has a say. */
function comesBefore(a: Template, b: Template, criteria: TemplateCriteria): boolean {
  const [stepOfA, stepOfB] = [localeStep(a, criteria) ?? 0, localeStep(b, criteria) ?? 0];
  if (stepOfA !== stepOfB) return stepOfA < stepOfB;
  if (a.tierLevel !== null && b.tierLevel === null) return true;
  if (a.tierLevel === null && b.tierLevel !== null) return false;
  if (a.priority > b.priority) return true;
  if (a.priority < b.priority) return false;
  if (a.createdAt > b.createdAt) return true;
  if (a.createdAt < b.createdAt) return false;
  return a.id > b.id;
}

/** Takes the best of what is left, and with it all that compete with it in an experiment, until nothing is left. */
function oracle(templates: readonly Template[], criteria: TemplateCriteria): Template[] {
  const left = templates.filter((template) => fits(template, criteria));
  const ranking: Template[] = [];
  const takeBest = (candidates: readonly Template[]): Template | undefined => {
    const best = candidates.find((one) => candidates.every((other) => one === other || comesBefore(one, other, criteria)));
    if (best !== undefined) left.splice(left.indexOf(best), 1);
    return best;
  };
  for (let best = takeBest(left); best !== undefined; best = takeBest(left)) {
    const { experiment, tierLevel, locale } = best;
    if (experiment === null) {
      ranking.push(best);
      continue;
    }
    const variants = [best];
    const isRival = (other: Template) => other.experiment === experiment && other.tierLevel === tierLevel && other.locale === locale;
    for (let rival = takeBest(left.filter(isRival)); rival !== undefined; rival = takeBest(left.filter(isRival))) variants.push(rival);
    ranking.push(...orderVariants(experiment, criteria.userId, variants));
  }
  return ranking;
}

const idsOf = (templates: readonly Template[]) => templates.map(({ id }) => id);
const ranking = (index: TemplateIndex, criteria: TemplateCriteria) =>
  Array.from(rankTemplates(index, criteria), ({ template }) => template.id);

/** The rows of a table, each with every value of one more column. */
const withEach = <Row extends Partial<Template>, Key extends keyof Template>(
  rows: readonly Row[],
  key: Key,
  values: readonly Template[Key][],
) => rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value })));

function table(columns: readonly ((rows: readonly Partial<Template>[]) => Partial<Template>[])[]): Partial<Template>[] {
  return columns.reduce<Partial<Template>[]>((rows, column) => column(rows), [{}]);
}

/** The same disorder in every run. */
function shuffled<T>(list: readonly T[]): T[] {
  let state = 12_345;
  return list
    .map((item) => ({ item, at: (state = (state * 48_271) % 2_147_483_647) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const day = (nth: number) => new Date(Date.UTC(2026, 0, nth));

const mostly = <const T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);

/** Mostly of one mood and type, with few priorities, times and ids: near misses and ties are what matters. */
const someTemplate: fc.Arbitrary<Template> = fc
  .record({
    id: fc.integer({ min: 10, max: 49 }).map((nth) => `template-${nth}`),
    moodState: fc.constantFrom(...mostly('positive', 6), ...moodStates),
    templateType: fc.constantFrom(...mostly('greeting', 8), ...templateTypes),
    tierLevel: fc.constantFrom(...mostly(null, 6), ...mostly('gold', 4), ...userTiers),
    locale: fc.constantFrom(...mostly(null, 6), ...templateLocales),
    active: fc.constantFrom(true, true, true, true, false),
    priority: fc.constantFrom(-1, 100, 100),
    createdAt: fc.constantFrom(day(1), day(2)),
    experiment: fc.constantFrom(null, null, 'tone', 'length'),
    weight: fc.constantFrom(1, 1, 2, 1_000),
  })
  .map(templateUnderTest);

const someTemplates = fc.uniqueArray(someTemplate, { selector: ({ id }) => id, minLength: 3, maxLength: 24, size: 'max' });

const someCriteria: fc.Arbitrary<TemplateCriteria> = fc.record({
  moodState: fc.constantFrom(...mostly('positive', 6), ...moodStates),
  templateType: fc.constantFrom(...mostly('greeting', 8), ...templateTypes),
  tier: fc.constantFrom(null, 'gold', 'gold', ...userTiers),
  locale: fc.constantFrom(...userLocales),
  userId: fc.constantFrom(null, 'user-1', 'user-2', 'user-3'),
});

describe('the ranking of templates is that of the slow and simple oracle', () => {
  test('for every mood, type, tier and locale, with a template for each, on and off, of two priorities, in experiments and not', () => {
    const rows = table([
      (all) => withEach(all, 'moodState', moodStates),
      (all) => withEach(all, 'templateType', templateTypes),
      (all) => withEach(all, 'tierLevel', [null, ...userTiers]),
      (all) => withEach(all, 'locale', [null, 'fr', 'fr-CA', 'zh-Hant']),
      (all) => withEach(all, 'active', [true, false]),
      (all) => withEach(all, 'priority', [1, 2]),
      (all) => withEach(all, 'experiment', [null, 'tone']),
    ]);
    const templates = shuffled(rows).map(templateUnderTest);
    expect(templates).toHaveLength(3 * 4 * 6 * 4 * 2 * 2 * 2);
    const index = createTemplateIndex(templates);
    let compared = 0;
    for (const moodState of moodStates) {
      for (const templateType of templateTypes) {
        for (const tier of [null, ...userTiers]) {
          for (const locale of [null, 'en', 'fr', 'fr-CA', 'zh-Hant-TW']) {
            for (const userId of [null, 'user-1', 'user-2']) {
              const criteria: TemplateCriteria = { moodState, templateType, tier, locale, userId };
              const expected = idsOf(oracle(templates, criteria));
              if (expected.length < 4) throw new Error('the table is too thin');
              expect(ranking(index, criteria)).toEqual(expected);
              expect(selectTemplate(index, criteria)?.template.id).toBe(expected[0]);
              compared++;
            }
          }
        }
      }
    }
    expect(compared).toBe(3 * 4 * 6 * 5 * 3);
  });

  test('for every two templates that differ in few things', () => {
    const rows = table([
      (all) => withEach(all, 'tierLevel', [null, 'gold']),
      (all) => withEach(all, 'locale', [null, 'fr', 'fr-CA']),
      (all) => withEach(all, 'priority', [1, 2]),
      (all) => withEach(all, 'createdAt', [day(1), day(2)]),
      (all) => withEach(all, 'experiment', [null, 'tone']),
    ]);
    const [low, high] = [
      rows.map((row) => templateUnderTest({ ...row, id: 'a' })),
      rows.map((row) => templateUnderTest({ ...row, id: 'b' })),
    ];
    for (const a of low) {
      for (const b of high) {
        const index = createTemplateIndex([a, b]);
        for (const tier of [null, 'gold', 'silver'] as const) {
          for (const locale of [null, 'fr-CA']) {
            const criteria: TemplateCriteria = { moodState: 'positive', templateType: 'greeting', tier, locale, userId: 'user-3' };
            const [ranked, expected] = [ranking(index, criteria).join(), idsOf(oracle([a, b], criteria)).join()];
            // Without the cost of `expect` for each of 14,000 cases.
            if (ranked !== expected) throw new Error(`${ranked} instead of ${expected}: ${JSON.stringify([a, b, criteria])}`);
          }
        }
      }
    }
  });

  const runs = count(10_000, 3_000);
  test(`for ${runs} random sets and requests`, () => {
    fc.assert(
      fc.property(someTemplates, someCriteria, (templates, criteria) => {
        const expected = idsOf(oracle(templates, criteria));
        expect(ranking(createTemplateIndex(templates), criteria)).toEqual(expected);
      }),
      { numRuns: runs },
    );
  });

  test('for sets in which everything fits, and experiments decide', () => {
    const rivals = fc.uniqueArray(
      someTemplate.map((template) => ({
        ...template,
        active: true,
        moodState: 'positive' as const,
        templateType: 'greeting' as const,
        locale: null,
      })),
      { selector: ({ id }) => id, minLength: 4, maxLength: 14 },
    );
    const users = fc.constantFrom(null, 'user-1', 'user-2', 'user-3', 'user-4');
    fc.assert(
      fc.property(rivals, users, (templates, userId) => {
        const criteria: TemplateCriteria = { moodState: 'positive', templateType: 'greeting', tier: 'gold', locale: 'fr', userId };
        expect(ranking(createTemplateIndex(templates), criteria)).toEqual(idsOf(oracle(templates, criteria)));
      }),
      { numRuns: 2_000 },
    );
  });
});

test('an index that changes came to, one after another, equals one that is built at once', () => {
  const batches = fc.array(fc.array(someTemplate, { maxLength: 5 }), { maxLength: 6 });
  fc.assert(
    fc.property(batches, someTemplates, fc.array(someCriteria, { minLength: 1, maxLength: 4 }), (changes, first, requests) => {
      const grown = createTemplateIndex(first);
      const latest = new Map(first.map((template) => [template.id, template]));
      for (const batch of changes) {
        grown.apply(batch);
        for (const template of batch) latest.set(template.id, template);
        const templates = [...latest.values()];
        const built = createTemplateIndex(shuffled(templates));
        for (const request of requests) {
          const expected = idsOf(oracle(templates, request));
          expect(ranking(grown, request)).toEqual(expected);
          expect(ranking(built, request)).toEqual(expected);
        }
      }
    }),
    { numRuns: count(1_500, 500) },
  );
});

test('the oracle is asked about ties, near misses and experiments, not only about empty rankings', () => {
  const seen = { ranked: 0, ties: 0, experiments: 0, nothing: 0 };
  const cases = fc.sample(fc.tuple(someTemplates, someCriteria), { numRuns: 2_000, seed: 7 });
  for (const [templates, criteria] of cases) {
    const expected = oracle(templates, criteria);
    if (expected.length === 0) seen.nothing++;
    if (expected.length > 2) seen.ranked++;
    if (
      expected.some(
        (one, nth) => nth > 0 && one.priority === expected[nth - 1]?.priority && +one.createdAt === +(expected[nth - 1]?.createdAt ?? 0),
      )
    ) {
      seen.ties++;
    }
    if (expected.some((one) => one.experiment !== null && expected.filter(({ experiment }) => experiment === one.experiment).length > 1)) {
      seen.experiments++;
    }
  }
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(100);
});
