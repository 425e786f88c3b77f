import { describe, expect, test } from '@jest/globals';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { rankTemplates, selectTemplate } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import { createTemplateIndex } from './template-index.ts';
import { templateUnderTest as template } from './template.fixture.ts';
import type { Template } from './template.ts';

const criteria: TemplateCriteria = { moodState: 'positive', templateType: 'greeting', tier: 'gold', locale: null, userId: null };

const ranked = (templates: readonly Template[], more: Partial<TemplateCriteria> = {}) =>
  Array.from(rankTemplates(createTemplateIndex(templates), { ...criteria, ...more }), (entry) => entry.template);

describe('choosing a template', () => {
  test.each([
    ['inactive', { active: false }],
    ['of another mood', { moodState: 'neutral' }],
    ['of another type', { templateType: 'farewell' }],
    ['of another tier', { tierLevel: 'silver' }],
    ['of another language', { locale: 'fr' }],
    ['not readable', { content: 'Hi {{nickName}}' }],
  ] as const)('one that is %s does not fit', (_name, overrides) => {
    expect(selectTemplate(createTemplateIndex([template(overrides)]), criteria)).toBeNull();
  });

  test('the tier of the user comes before a higher priority', () => {
    const general = template({ priority: 900 });
    const gold = template({ tierLevel: 'gold', priority: 1 });
    expect(ranked([general, gold])).toEqual([gold, general]);
  });

  test('without a tier only templates without tier fit', () => {
    const general = template();
    expect(ranked([template({ tierLevel: 'free' }), general], { tier: null })).toEqual([general]);
  });

  test('the locale of the user comes before the tier, then the language, then no locale', () => {
    const canadian = template({ locale: 'fr-CA', priority: 1 });
    const french = template({ locale: 'fr', tierLevel: 'gold' });
    const general = template({ tierLevel: 'gold', priority: 900 });
    const other = template({ locale: 'fr-FR', tierLevel: 'gold', priority: 900 });
    expect(ranked([general, other, french, canadian], { locale: 'fr-CA' })).toEqual([canadian, french, general]);
    expect(ranked([general, other, french, canadian], { locale: 'fr' })).toEqual([french, general]);
    expect(ranked([general, other, french, canadian])).toEqual([general]);
  });

  test('a higher priority comes before a newer one, a newer one before a higher id', () => {
    const high = template({ priority: 200, createdAt: new Date('2025-01-01T00:00:00Z') });
    const newer = template({ createdAt: new Date('2026-02-01T00:00:00Z') });
    const first = template();
    const second = template();
    const best = [high, newer, second, first];
    expect(ranked([first, second, newer, high])).toEqual(best);
    expect(ranked([high, newer, second, first])).toEqual(best);
    expect(selectTemplate(createTemplateIndex([first, second, newer, high]), criteria)?.template).toBe(high);
  });

  test('the variants of an experiment stand together, where the first of them stands', () => {
    const before = template({ priority: 300 });
    const leader = template({ priority: 200, experiment: 'tone' });
    const between = template({ priority: 150 });
    const heavy = template({ priority: 100, experiment: 'tone', weight: 9 });
    const after = template({ priority: 50 });
    expect(ranked([after, heavy, between, leader, before])).toEqual([before, heavy, leader, between, after]);
  });

  test('the variants of a tier do not compete with those of another place', () => {
    const gold = template({ tierLevel: 'gold', experiment: 'tone' });
    const general = template({ experiment: 'tone', weight: 1_000 });
    expect(ranked([general, gold])).toEqual([gold, general]);
  });

  test('does not touch the list it is given', () => {
    const templates = Object.freeze([template({ priority: 1 }), template({ priority: 2 })]);
    expect(ranked(templates)).toEqual(templates.toReversed());
  });

  test('of the same template twice the later one counts', () => {
    const one = template();
    const changed = { ...one, priority: 5 };
    expect(ranked([one, one])).toEqual([one]);
    expect(ranked([one, changed])).toEqual([changed]);
  });
});

describe('an index', () => {
  test('reads each template once, and names those that cannot be read', () => {
    const broken = template({ content: '{{nickName}}' });
    const resting = template({ content: '{{nickName}}', active: false });
    const index = createTemplateIndex([template({ content: 'Hi {{userName}}' })]);
    expect(index.apply([broken, resting])).toEqual([broken]);
    expect(index.apply([])).toEqual([]);
    expect(selectTemplate(index, criteria)?.parsed.parts).toHaveLength(2);
  });

  test('forgets a template that can no longer be read', () => {
    const one = template();
    const index = createTemplateIndex([one]);
    index.apply([{ ...one, content: '{{' }]);
    expect(selectTemplate(index, criteria)).toBeNull();
  });

  test('takes in 10,000 changes of one place without a pause that anyone would notice', () => {
    const templates = Array.from({ length: 10_000 }, (_, nth) => template({ priority: nth % 7 }));
    const index = createTemplateIndex(templates);
    const usedMs = startProcessorWatch();
    index.apply(templates.map((each) => ({ ...each, priority: each.priority + 1 })));
    expect(usedMs()).toBeLessThan(1_000);
    expect(index.at({ moodState: 'positive', templateType: 'greeting', tierLevel: null, locale: null })).toHaveLength(10_000);
  });
});
