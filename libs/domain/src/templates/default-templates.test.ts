import { describe, expect, test } from '@jest/globals';
import { moodStates } from '../moods/mood.ts';
import { toPlainText } from '../text/plain-text.ts';
import { builtInTemplates } from './built-in-templates.ts';
import { defaultTemplates } from './default-templates.ts';
import { parseTemplate } from './parse-template.ts';
import { renderTemplate, templateVariablesOf } from './render-template.ts';
import { selectTemplate } from './select-template.ts';
import { templateTypes, userTiers } from './template.ts';
import { systemValues } from './template-values.ts';

const at = new Date('2026-01-02T15:45:00Z');
const stored = defaultTemplates.map((row, number) => ({
  ...row,
  id: String(number),
  version: 1,
  createdBy: null,
  createdAt: at,
  updatedAt: at,
}));

describe('the default templates', () => {
  const everyCase = moodStates.flatMap((moodState) =>
    templateTypes.flatMap((templateType) => [null, ...userTiers].map((tier) => ({ moodState, templateType, tier }))),
  );

  test.each(everyCase)('have a text for $moodState $templateType, tier $tier, that renders without a name', (criteria) => {
    const template = selectTemplate(stored, criteria);
    if (template === null) throw new Error('there is no template');
    const values = { ...systemValues({ ...criteria, modelName: null, customMessage: null, now: at }), amount: '50' };
    expect(renderTemplate(parseTemplate(template.content), values)).toEqual({ ok: true, text: expect.not.stringMatching(/[{}|]|  | $/) });
  });

  test('greet and thank gold and platinum users in their own words', () => {
    for (const moodState of ['neutral', 'positive'] as const) {
      for (const templateType of ['greeting', 'tip_thank_you'] as const) {
        const texts = ([null, 'gold', 'platinum'] as const).map(
          (tier) => selectTemplate(stored, { moodState, templateType, tier })?.content,
        );
        expect(new Set(texts).size).toBe(3);
      }
    }
  });

  test('thank for the amount of a tip', () => {
    for (const { content, templateType } of defaultTemplates) {
      if (templateType === 'tip_thank_you')
        expect(templateVariablesOf(parseTemplate(content))).toEqual(expect.arrayContaining(['currency', 'amount']));
    }
  });

  test('name user and model in a cheerful auto-response', () => {
    const content = selectTemplate(stored, { moodState: 'positive', templateType: 'auto_response', tier: null })?.content ?? '';
    expect(templateVariablesOf(parseTemplate(content))).toEqual(['userName', 'modelName']);
  });

  test('are all different, active plain text', () => {
    expect(new Set(defaultTemplates.map((template) => template.content)).size).toBe(defaultTemplates.length);
    expect(defaultTemplates.every(({ active, content }) => active && toPlainText(content) === content)).toBe(true);
  });
});

test.each(templateTypes)('the built-in %s renders with nothing known', (templateType) => {
  const template = parseTemplate(builtInTemplates[templateType]);
  expect(renderTemplate(template, {})).toMatchObject({ ok: true });
  expect(renderTemplate(template, { userName: 'John123' })).toEqual({ ok: true, text: expect.stringContaining('John123') });
});
