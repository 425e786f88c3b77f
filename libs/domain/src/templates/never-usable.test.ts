import { describe, expect, test } from '@jest/globals';
import { explainSelection } from './explain-selection.ts';
import { absentVariables, hindranceOf } from './first-renderable.ts';
import { neverUsable } from './never-usable.ts';
import { inspectTemplate } from './parse-template.ts';
import { renderTemplate } from './render-template.ts';
import type { TemplateValues } from './render-template.ts';
import { templateTypes, templateVariables } from './template.ts';
import { templateUnderTest as template } from './template.fixture.ts';

const contents = [
  'Thanks for {{amount}}',
  'Thanks for {{amount|it}}',
  '{{amount|}}',
  ' {{ amount | \u2800 }}\u200B',
  '{{amount|}}{{customMessage|}}',
  '{{amount|}}{{userName}}',
  '{{tier}} {{amount}}',
  'Hi',
];

describe('a template that can never be sent', () => {
  test.each([
    ['Thanks for {{amount}}', 'needs amount'],
    ['{{amount|}}', 'has nothing to show'],
    [' {{ amount | \u2800 }}\u200B', 'has nothing to show'],
    ['{{nobody}}', 'cannot be read'],
    ['{{amount|}}{{userName|}}', null],
    ['{{customMessage}}', null],
    ['Hi', null],
  ])('%j as a greeting: %j', (content, why) => {
    expect(neverUsable({ content, templateType: 'greeting' })).toBe(why);
  });

  test('is none where tips give it an amount', () => {
    expect(neverUsable({ content: '{{amount|}}', templateType: 'tip_thank_you' })).toBeNull();
  });

  test.each(contents)('%j is kept from being rendered by what rendering says', (content) => {
    const { parsed } = inspectTemplate(content);
    for (const templateType of templateTypes) {
      for (const customMessage of [null, 'x']) {
        const absent = absentVariables({ templateType, tier: null, customMessage });
        const values: TemplateValues = Object.fromEntries(templateVariables.flatMap((name) => (absent.has(name) ? [] : [[name, 'x']])));
        const rendered = renderTemplate(parsed, values);
        expect(hindranceOf(parsed, absent)).toEqual(rendered.ok ? null : rendered.missing);
      }
    }
  });

  test('is passed over, and explained', async () => {
    const [blank, fine] = [template({ content: '{{amount|}}', priority: 900 }), template()];
    const criteria = { moodState: 'positive', templateType: 'greeting', tier: null, locale: null, userId: null } as const;
    const explained = await explainSelection([blank, fine], criteria, 10, absentVariables({ ...criteria, customMessage: null }));
    expect(explained.map(({ won, reason }) => [won, reason])).toEqual([
      [false, 'Skipped: it has nothing to show here. Add some text.'],
      [true, expect.stringMatching(/^Chosen: /)],
    ]);
  });
});
