import { expect, test } from '@jest/globals';
import { coverTemplates } from './cover-templates.ts';
import { createTemplateIndex } from './template-index.ts';
import type { Template } from './template.ts';
import { templateUnderTest } from './template.fixture.ts';

const cellsOf = (...templates: Partial<Template>[]) => coverTemplates(createTemplateIndex(templates.map(templateUnderTest)), true);
const cell = (cells: ReturnType<typeof cellsOf>, ...[moodState, templateType, tierLevel]: [string, string, string | null]) =>
  cells.find((one) => one.moodState === moodState && one.templateType === templateType && one.tierLevel === tierLevel);

test('there is a cell for each mood, type and tier, also where nothing is', () => {
  const cells = cellsOf();
  expect(cells).toHaveLength(3 * 4 * 6);
  expect(new Set(cells.map((one) => `${one.moodState} ${one.templateType} ${one.tierLevel}`)).size).toBe(72);
  for (const { active, answeredBy, templateType, templateId } of cells) {
    expect([active, answeredBy, templateId]).toEqual([0, templateType === 'auto_response' ? 'built_in' : 'nothing', null]);
  }
});

test('a template for every tier answers those that have none', () => {
  const cells = cellsOf(
    { id: 'all' },
    { id: 'gold', tierLevel: 'gold' },
    { tierLevel: 'gold', locale: 'fr' },
    { tierLevel: 'gold', active: false },
  );
  expect(cell(cells, 'positive', 'greeting', 'gold')).toMatchObject({ active: 2, answeredBy: 'tier', templateId: 'gold' });
  expect(cell(cells, 'positive', 'greeting', 'silver')).toMatchObject({ active: 0, answeredBy: 'any_tier', templateId: 'all' });
  expect(cell(cells, 'positive', 'greeting', null)).toMatchObject({ active: 1, answeredBy: 'any_tier', templateId: 'all' });
  expect(cell(cells, 'neutral', 'greeting', 'gold')).toMatchObject({ active: 0, answeredBy: 'nothing' });
});

test('automatic replies alone come from the neutral mood', () => {
  const cells = cellsOf(
    { id: 'reply', moodState: 'neutral', templateType: 'auto_response' },
    { moodState: 'neutral', templateType: 'farewell' },
  );
  expect(cell(cells, 'negative', 'auto_response', 'free')).toMatchObject({ answeredBy: 'neutral_mood', templateId: 'reply' });
  expect(cell(cells, 'neutral', 'auto_response', 'free')).toMatchObject({ answeredBy: 'any_tier' });
  expect(cell(cells, 'negative', 'farewell', 'free')).toMatchObject({ answeredBy: 'nothing' });
});

test('a template that cannot be sent in a cell does not cover it', () => {
  const cells = cellsOf(
    { content: 'Dear {{tier}} member' },
    { templateType: 'farewell', content: '{{amount}}' },
    { templateType: 'tip_thank_you', content: '{{amount}}' },
  );
  expect(cell(cells, 'positive', 'greeting', null)).toMatchObject({ active: 1, answeredBy: 'nothing' });
  expect(cell(cells, 'positive', 'greeting', 'gold')).toMatchObject({ answeredBy: 'any_tier' });
  expect(cell(cells, 'positive', 'farewell', 'gold')).toMatchObject({ answeredBy: 'nothing' });
  expect(cell(cells, 'positive', 'tip_thank_you', 'gold')).toMatchObject({ answeredBy: 'any_tier' });
});

test('templates of one locale alone leave a cell to the others', () => {
  expect(cell(cellsOf({ locale: 'de' }), 'positive', 'greeting', null)).toMatchObject({ active: 1, answeredBy: 'nothing' });
});
