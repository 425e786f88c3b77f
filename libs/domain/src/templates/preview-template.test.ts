import { describe, expect, test } from '@jest/globals';
import { previewTemplate } from './preview-template.ts';
import type { PreviewRequest } from './preview-template.ts';
import { policyUnderTest } from './template.fixture.ts';

const deps = { contentPolicy: policyUnderTest, clock: () => new Date('2026-01-02T15:45:00Z') };

const preview = (content: string, more: Partial<PreviewRequest> = {}) =>
  previewTemplate(deps, {
    content,
    moodState: 'positive',
    templateType: 'tip_thank_you',
    tier: 'gold',
    variables: {},
    timeZone: undefined,
    locale: undefined,
    ...more,
  });

describe('the preview of a template', () => {
  test('shows sample values, and the time of now', () => {
    expect(
      preview('{{userName}} {{modelName}} {{currency}}{{amount}} {{mood}} {{tier}} {{customMessage}} {{time}} {{date}}'),
    ).toMatchObject({
      text: 'John123 Sophia $50 positive gold Feeling great today! 3:45 PM Jan 2, 2026',
    });
  });

  test('shows given values in their place, made harmless', () => {
    const variables = { userName: '<b>Ann</b> {{amount}} $&', currency: '€', mood: 'sunny', time: 'noon' };
    expect(preview('{{userName}}: {{currency}}{{amount}}, {{mood}}, {{time}}', { variables }).text).toBe(
      'Ann {{amount}} $&: €50, sunny, noon',
    );
    expect(preview('{{tier}}', { tier: 'silver' }).text).toBe('silver');
    expect(preview('{{tier}}', { tier: 'silver', variables: { tier: 'own' } }).text).toBe('own');
  });

  test('shows a fallback when a value is given that has nothing to show', () => {
    expect(preview('Hi {{userName|there}}', { variables: { userName: '<i></i>' } }).text).toBe('Hi there');
    expect(preview('Hi {{userName}}', { variables: { userName: '' } }).text).toBe('');
  });

  test('shows what a user gets whose tier is not known', () => {
    expect(preview('Hi {{tier|friend}}', { tier: null }).text).toBe('Hi friend');
  });

  test('follows the locale and the time zone', () => {
    expect(preview('{{date}} {{time}}', { locale: 'fr', timeZone: 'Europe/Paris' }).text).toBe('2 janv. 2026 16:45');
    expect(() => preview('x', { timeZone: 'Mars/Olympus' })).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  });

  test('names the variables once, in order of first appearance', () => {
    expect(preview('{{amount}} {{userName|x}} {{amount}} {{nickName}}').variables).toEqual(['amount', 'userName']);
  });

  test('has no warnings when there is nothing to say', () => {
    expect(preview('Hi {{userName|you}}, {{currency}}{{amount}} at {{time}} on {{date}}, {{mood}}').warnings).toEqual([]);
  });

  test('shows what is wrong, and what it looks like all the same', () => {
    const { text, warnings } = preview('Hi {{nickName}}\n😊\t{{userName|you}}');
    expect(text).toBe('Hi {{nickName}}\n😊\tJohn123');
    expect(warnings).toMatchObject([
      { severity: 'error', line: 1, column: 4, message: expect.stringMatching(/^There is no variable "nickName"/) },
      { severity: 'error', line: 2, column: 2 },
    ]);
  });

  test('is plain text, also of a template with tags', () => {
    expect(preview('Hi <script>alert(1)</script><b>{{userName|you}}</b>')).toMatchObject({
      text: 'Hi John123',
      warnings: [{ severity: 'error', line: 1, column: 4 }],
    });
  });

  test.each([
    ['empty', ' '],
    ['too long', 'x'.repeat(2_001)],
  ])('of a template that is %s is empty', (_name, content) => {
    expect(preview(content)).toMatchObject({ text: '', variables: [], warnings: [{ severity: 'error', line: 1, column: 1 }] });
  });

  test.each([
    ['userName', 'The name of a user is not always known. Without it this template cannot be sent: add a fallback, {{userName|…}}.'],
    ['modelName', 'The name of the model is not always known. Without it this template cannot be sent: add a fallback, {{modelName|…}}.'],
    ['tier', 'The tier of a user is not always known. Without it this template cannot be sent: add a fallback, {{tier|…}}.'],
    ['customMessage', 'Most moods have no message. Without it this template cannot be sent: add a fallback, {{customMessage|…}}.'],
  ])('hints at {{%s}} without fallback', (name, message) => {
    expect(preview(`Hi\n😊 {{${name}}} {{${name}|x}}`).warnings).toEqual([{ severity: 'hint', line: 2, column: 3, message }]);
  });

  test('hints at an amount only where nobody gives a tip', () => {
    expect(preview('{{amount}}').warnings).toEqual([]);
    expect(preview('{{amount|some}}', { templateType: 'greeting' }).warnings).toEqual([]);
    expect(preview('{{amount}}', { templateType: 'greeting' }).warnings).toEqual([
      {
        severity: 'hint',
        line: 1,
        column: 1,
        message: 'Only tips have an amount. Without it this template cannot be sent: add a fallback, {{amount|…}}.',
      },
    ]);
  });

  test('has errors and hints in order of place', () => {
    expect(preview('{{userName}} joe@mail.com\n{{x}} {{tier}}').warnings.map(({ severity }) => severity)).toEqual([
      'hint',
      'error',
      'error',
      'hint',
    ]);
  });
});

test('what was taken out of the given values is said', () => {
  const variables = { userName: '<b>John</b>', modelName: 'joe@mail.com', amount: '50', customMessage: 'a\u202Eb' };
  const { text, removed } = previewTemplate(deps, {
    content: '{{userName}} {{modelName|a model}} {{amount}} {{customMessage}}',
    moodState: 'positive',
    templateType: 'greeting',
    tier: null,
    variables,
    timeZone: undefined,
    locale: undefined,
  });
  expect(text).toBe('John a model 50 ab');
  expect(removed).toEqual([
    { variable: 'userName', what: 'markup', text: '<b>' },
    { variable: 'userName', what: 'markup', text: '</b>' },
    { variable: 'modelName', what: 'policy', text: 'joe@mail.com' },
    { variable: 'customMessage', what: 'hidden_character', text: '\u202E' },
  ]);
});
