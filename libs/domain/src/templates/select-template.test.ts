import { describe, expect, test } from '@jest/globals';
import { rankTemplates, selectTemplate } from './select-template.ts';
import type { TemplateCriteria } from './select-template.ts';
import type { Template } from './template.ts';

let made = 0;

function template(overrides: Partial<Template> = {}): Template {
  const createdAt = new Date('2026-01-01T00:00:00Z');
  return {
    id: `01900000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    moodState: 'positive',
    templateType: 'greeting',
    tierLevel: null,
    content: 'Hi',
    priority: 100,
    active: true,
    version: 1,
    createdBy: null,
    createdAt,
    updatedAt: createdAt,
    ...overrides,
  };
}

const criteria: TemplateCriteria = { moodState: 'positive', templateType: 'greeting', tier: 'gold' };

describe('choosing a template', () => {
  test.each([
    ['inactive', { active: false }],
    ['of another mood', { moodState: 'neutral' }],
    ['of another type', { templateType: 'farewell' }],
    ['of another tier', { tierLevel: 'silver' }],
  ] as const)('one that is %s does not fit', (_name, overrides) => {
    expect(selectTemplate([template(overrides)], criteria)).toBeNull();
  });

  test('the tier of the user comes before a higher priority', () => {
    const general = template({ priority: 900 });
    const gold = template({ tierLevel: 'gold', priority: 1 });
    expect(rankTemplates([general, gold], criteria)).toEqual([gold, general]);
  });

  test('without a tier only templates without tier fit', () => {
    const general = template();
    expect(rankTemplates([template({ tierLevel: 'free' }), general], { ...criteria, tier: null })).toEqual([general]);
  });

  test('a higher priority comes before a newer one, a newer one before a higher id', () => {
    const high = template({ priority: 200, createdAt: new Date('2025-01-01T00:00:00Z') });
    const newer = template({ createdAt: new Date('2026-02-01T00:00:00Z') });
    const first = template();
    const second = template();
    const best = [high, newer, second, first];
    expect(rankTemplates([first, second, newer, high], criteria)).toEqual(best);
    expect(rankTemplates([high, newer, second, first], criteria)).toEqual(best);
    expect(selectTemplate([first, second, newer, high], criteria)).toBe(high);
  });

  test('does not touch the list it is given', () => {
    const templates = Object.freeze([template({ priority: 1 }), template({ priority: 2 })]);
    expect(rankTemplates(templates, criteria)).toEqual(templates.toReversed());
  });

  test('the same template twice is no problem', () => {
    const one = template();
    expect(rankTemplates([one, one], criteria)).toEqual([one, one]);
  });
});
