import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseFragment } from 'parse5';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { parseTemplate } from './parse-template.ts';
import { renderTemplate, templateVariablesOf } from './render-template.ts';
import type { TemplateValues } from './render-template.ts';
import { inertValue } from './template-values.ts';

const render = (content: string, values: TemplateValues) => renderTemplate(parseTemplate(content), values);

describe('rendering', () => {
  test('puts values where their variables stand', () => {
    expect(
      render('WOW, {{userName}}: {{currency}}{{amount}}! {{userName}}!', { userName: 'John123', currency: '$', amount: '50' }),
    ).toEqual({
      ok: true,
      text: 'WOW, John123: $50! John123!',
    });
  });

  test.each(['{{amount}}', '$&', '$1', "$'", '$$', '{{constructor}}', '{{userName|x}}', '}}', '%s', '\\'])(
    'a value %j stays as it is',
    (userName) => {
      expect(render('[{{userName}}]', { userName, amount: '50' })).toEqual({ ok: true, text: `[${userName}]` });
    },
  );

  test('a missing or empty value gives way to the fallback, a given one does not', () => {
    expect(render('Hi {{userName|there}}', {})).toEqual({ ok: true, text: 'Hi there' });
    expect(render('Hi {{userName|there}}', { userName: '' })).toEqual({ ok: true, text: 'Hi there' });
    expect(render('Hi {{userName|there}}', { userName: '0' })).toEqual({ ok: true, text: 'Hi 0' });
    expect(render('Hi{{userName|}}', {})).toEqual({ ok: true, text: 'Hi' });
  });

  test('what is missing without fallback is named once, in order', () => {
    expect(render('{{amount}} {{userName}} {{amount}} {{tier|x}} {{mood}}', { mood: 'positive', userName: '' })).toEqual({
      ok: false,
      missing: ['amount', 'userName'],
    });
  });

  test('only own properties are values', () => {
    const values: TemplateValues = Object.create({ userName: 'inherited' });
    expect(render('{{userName}}', values)).toEqual({ ok: false, missing: ['userName'] });
  });

  test.each([
    ['no text', '', {}],
    ['an empty fallback', '{{userName|}}', {}],
    ['white space', ' \n{{userName| }}', {}],
    ['characters that nobody can see', '\u200B{{userName}}\uFE0F', { userName: '\u3164' }],
  ])('a result with nothing to show (%s) is none, though nothing is missing', (_name, content, values) => {
    expect(render(content, values)).toEqual({ ok: false, missing: [] });
  });

  test('many parts are joined in linear time', () => {
    const template = parseTemplate('{{userName}}{{amount|<}}'.repeat(40_000));
    const usedMs = startProcessorWatch();
    renderTemplate(template, { userName: 'b', amount: '<'.repeat(10) });
    expect(usedMs()).toBeLessThan(3_000);
  });
});

describe('where parts meet, no tag forms', () => {
  test.each([
    ['{{currency}}{{amount}}', { currency: '<', amount: 'img src=x onerror=alert(1)>' }, 'img src=x onerror=alert(1)>'],
    ['<{{userName}}>', { userName: 'script' }, 'script>'],
    ['{{userName}}/b>', { userName: 'x <<' }, 'x /b>'],
    ['{{userName}}{{tier|}}{{mood|<}}{{amount}}', { userName: 'x<', tier: '<', amount: 'b>' }, 'xb>'],
    ['{{userName}} 3', { userName: 'I <' }, 'I < 3'],
    ['{{userName}}3', { userName: 'I <' }, 'I <3'],
  ])('%s', (content, values, text) => {
    expect(render(content, values)).toEqual({ ok: true, text });
  });

  test('for all plain values', () => {
    const value = fc.array(fc.constantFrom('<', '&', '/', '!', '?', 'b', '>', 'lt;', '3', '#60;', 'script', ' ', '😊'), { maxLength: 4 });
    const plain = value.map((pieces) => inertValue(pieces.join('')));
    const templates = ['{{userName}}{{amount|}}{{tier|}}', '{{userName|<}}{{amount|b}}{{tier|<}}/'].map(parseTemplate);
    fc.assert(
      fc.property(plain, plain, plain, fc.constantFrom(...templates), (userName, amount, tier, template) => {
        const rendered = renderTemplate(template, { userName, amount, tier });
        return !rendered.ok || parseFragment(rendered.text).childNodes.every((node) => node.nodeName === '#text');
      }),
      { numRuns: 3_000 },
    );
  });
});

test('the variables of a template are listed once, in order of first appearance', () => {
  expect(templateVariablesOf(parseTemplate('{{amount}} {{userName|x}} {{amount}} y {{mood}}'))).toEqual(['amount', 'userName', 'mood']);
  expect(templateVariablesOf(parseTemplate('none'))).toEqual([]);
});
