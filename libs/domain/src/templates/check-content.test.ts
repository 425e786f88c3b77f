import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseFragment } from 'parse5';
import { count } from '@mood/testing/counts';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { DomainError } from '../errors.ts';
import { codePointLength } from '../text/characters.ts';
import { toPlainText } from '../text/plain-text.ts';
import { checkContent, describeProblems, maxContentLength, requireGoodContent } from './check-content.ts';
import { renderTemplate } from './render-template.ts';
import { inertValues } from './template-values.ts';
import { createPolicyUnderTest, policyUnderTest } from './template.fixture.ts';
import { templateVariables } from './template.ts';

const problemsOf = (typed: string) => checkContent(typed, policyUnderTest).problems;

describe('content that may be saved', () => {
  test.each([
    'Hi {{userName|there}}!',
    'I <3 you & me, AT&T; R&D',
    'two\nlines',
    'braces { }} and {',
    'naïve 日本語 שלום 👩‍❤️‍💋‍👩',
    '{{amount}}',
    '{{userName|}}',
    ' spaced ',
    'Thanks for {{currency}}{{amount}} at {{time}}',
  ])('%j stays as typed', (typed) => {
    expect(checkContent(typed, policyUnderTest)).toMatchObject({ content: typed, problems: [] });
    expect(requireGoodContent(typed, policyUnderTest)).toBe(typed);
  });

  test('is stored in composed form, its lines ending in line feeds', () => {
    expect(requireGoodContent('cafe\u0301\r\n{{userName}}', policyUnderTest)).toBe('café\n{{userName}}');
  });

  test('may have 2,000 characters, however many units they take', () => {
    expect(requireGoodContent('😊'.repeat(maxContentLength), policyUnderTest)).toHaveLength(4_000);
    expect(requireGoodContent('\u03B1\u0313\u0300\u0345'.repeat(2_000), policyUnderTest)).toBe('\u1F82'.repeat(2_000));
  });
});

const variables = 'userName, modelName, amount, currency, mood, tier, customMessage, time, date';
const html = 'This would be read as HTML. Templates are plain text: take out tags and entities, or put a space after the <.';
const invisible = 'This tab, control or invisible direction character cannot be sent. Delete it.';
const email = /^Templates cannot hold an e-mail address \("[^"]+"\)\. Take it out\.$/;
const unclosed = 'This {{ is never closed. Write {{name}} or {{name|fallback}}, with }} at its end.';

describe('content that may not be saved', () => {
  test.each([
    ['an unknown variable', 'Hi\n😊😊 {{nickName}}', 2, 4, `There is no variable "nickName". Use one of: ${variables}.`],
    ['braces without a name', '\n\n😊{{}}', 3, 2, `There is no variable name in these braces. Use one of: ${variables}.`],
    ['braces that are never closed', 'one\ntwo 😊{{userName', 2, 6, unclosed],
    ['an e-mail address', '😊\n😊 a joe@mail.com', 2, 5, 'Templates cannot hold an e-mail address ("joe@mail.com"). Take it out.'],
    ['a phone number', 'Call\n\n😊 +49 171 1234567', 3, 3, 'Templates cannot hold a phone number ("+49 171 1234567"). Take it out.'],
    ['a link', '😊 https://example.com/x', 1, 3, 'Templates cannot hold a link ("https://example.com/x"). Take it out.'],
    ['a listed word', 'a\nmy 😊 Secret', 2, 6, 'Templates cannot hold a word that the platform does not allow ("Secret"). Take it out.'],
    ['a tag', 'a\n😊 <b>bold</b>', 2, 3, html],
    ['the end of a tag', 'x </b>', 1, 3, html],
    ['a comment', 'I <3 <!-- x -->', 1, 6, html],
    ['an entity', 'a & b\nAT&T; R&D &amp; <b>', 2, 11, html],
    ['an entity without semicolon', 'a\nb &nbsp c', 2, 3, html],
    ['a number entity', '😊😊&#x202E;', 1, 3, html],
    ['a tag that is encoded', 'fish & chips &lt;script&gt;', 1, 14, html],
    ['a tag in a fallback', 'Hi {{userName|<b>you</b>}}', 1, 15, html],
    ['a tag around a variable', '😊<b {{userName|x}}>', 1, 2, html],
    ['a tab', 'a\n😊\tb', 2, 2, invisible],
    ['a carriage return alone', 'a\rb', 1, 2, invisible],
    ['a direction mark', 'a\n\n😊é\u202Eb', 3, 3, invisible],
    ['half an emoji', 'a\uD83D', 1, 2, invisible],
    ['a NUL', 'Hi {{userName|\0}}', 1, 15, invisible],
  ])('%s is refused with its place and what to do', (_name, typed, line, column, message) => {
    expect(problemsOf(typed)).toEqual([{ line, column, message }]);
    expect(() => requireGoodContent(typed, policyUnderTest)).toThrow(
      expect.objectContaining({ code: 'INVALID_TEMPLATE', message: `Line ${line}, column ${column}: ${message}` }),
    );
  });

  test.each([
    ['no text', ''],
    ['white space', ' \r\n\u00A0'],
    ['what nobody can see', '\u200B\uFE0F'],
  ])('%s is refused as empty', (_name, typed) => {
    expect(problemsOf(typed)).toEqual([{ line: 1, column: 1, message: 'The template is empty. Write the text that users will get.' }]);
  });

  test.each([
    ['2,001 letters', 'x'.repeat(2_001), 'The template has 2001 characters. Shorten it to at most 2000.'],
    ['2,001 emoji', '😊'.repeat(2_001), 'The template has 2001 characters. Shorten it to at most 2000.'],
    ['10 MB', '{{userName}} <b> '.repeat(600_000), 'The template is far too long. Shorten it to at most 2000 characters.'],
    ['10 MB of marks', `a${'\u0301\u0316'.repeat(2_500_000)}`, 'The template is far too long. Shorten it to at most 2000 characters.'],
  ])('%s are refused, never cut, and at once', (_name, typed, message) => {
    const usedMs = startProcessorWatch();
    expect(problemsOf(typed)).toEqual([{ line: 1, column: 1, message }]);
    expect(usedMs()).toBeLessThan(500);
  });

  test('all problems are shown in order of their places', () => {
    const problems = problemsOf('Hi {{nickName}} <b>\njoe@mail.com\t{{userName');
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 4],
      [1, 17],
      [2, 1],
      [2, 13],
      [2, 14],
    ]);
  });

  test('the first five are named to who saves, and the rest are counted', () => {
    const problems = problemsOf('{{a}} {{b}} {{c}} {{d}} {{e}} {{f}} {{g}}');
    expect(problems).toHaveLength(7);
    expect(describeProblems(problems)).toMatch(/^Line 1, column 1: There is no variable "a".* Line 1, column 25: .* And 2 more\.$/);
    expect(describeProblems(problems.slice(0, 5))).not.toMatch(/more/);
  });
});

describe('contact data', () => {
  test.each([
    ['split by a variable that may be empty', 'Mail 😊 joe@{{userName|}}mail.com', [[1, 8]]],
    ['split by a variable that has a value most of the time', 'Mail\n😊 joe{{userName}}@mail.com', [[2, 3]]],
    ['split by a fallback that belongs to it', '😊 joe@{{userName|ma}}il.com', [[1, 3]]],
    ['in a fallback', 'Hi\n😊 {{ userName |joe@mail.com}} you', [[2, 16]]],
    ['in a fallback with text before it, once', '😊x{{userName|joe@mail.com}}', [[1, 14]]],
    ['that begins in a fallback', 'Hi {{userName|joe@}}mail.com', [[1, 15]]],
    ['spread over several', '{{userName|joe}}{{tier|@mail}}{{amount|}}.com', [[1, 12]]],
    [
      'twice',
      'joe@mail.com\n{{userName|x}} ann@{{userName|}}mail.com',
      [
        [1, 1],
        [2, 16],
      ],
    ],
    [
      'in braces that name no variable',
      '{{joe@mail.com}}',
      [
        [1, 1],
        [1, 3],
      ],
    ],
  ])('%s is found where it begins', (_name, typed, places) => {
    expect(problemsOf(typed).map(({ line, column }) => [line, column])).toEqual(places);
    expect(problemsOf(typed).at(-1)?.message).toMatch(email);
  });

  test('is not looked for in the names of variables', () => {
    const policy = createPolicyUnderTest((text) => policyUnderTest.inspect(text.replaceAll(/userName|\{|\}|\|/g, 'secret')));
    expect(checkContent('Hi {{userName}} and {{ userName |you}}', policy).problems).toEqual([]);
  });
});

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('<', '&', '/', '!', '?', 'b', '>', 'lt;', '#60;', 'script', ' ', '\n', '😊', 'amp', 'Hi') },
  { weight: 2, arbitrary: fc.constantFrom(...templateVariables.map((name) => `{{${name}}}`)) },
  { weight: 2, arbitrary: fc.constantFrom('{{userName|<}}', '{{tier|b}}', '{{mood|/}}', '{{amount|}}', '{{date|!--}}', '{{time|&}}') },
  { weight: 1, arbitrary: fc.constantFrom('{{', '}}', '{', '|', '<b>', '&lt;', '&nbsp', 'joe@mail.com', '\t', '{{x}}', 'e\u0301') },
);
const someContent = fc.array(piece, { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join(''));
const hostile = fc
  .array(fc.constantFrom('<', 'script', '>', '<b>', '/', '!--', '&lt;', '{{amount}}', '$&', 'b', '', 'img src=x onerror=alert(1)'), {
    maxLength: 4,
  })
  .map((pieces) => pieces.join(''));

test('whatever may be saved is plain text, and renders with whatever values to text in which no tag can form', () => {
  const runs = count(5_000, 1_500);
  let saved = 0;
  fc.assert(
    fc.property(someContent, fc.array(hostile, { minLength: 9, maxLength: 9 }), (typed, values) => {
      const { content, parsed, problems } = checkContent(typed, policyUnderTest);
      if (problems.length > 0) return;
      saved++;
      expect(toPlainText(content)).toBe(content);
      const rendered = renderTemplate(parsed, inertValues(Object.fromEntries(templateVariables.map((name, nth) => [name, values[nth]]))));
      if (rendered.ok && !parseFragment(rendered.text).childNodes.every((node) => node.nodeName === '#text')) {
        throw new Error(`a tag formed: ${rendered.text}`);
      }
    }),
    { numRuns: runs },
  );
  expect(saved).toBeGreaterThan(runs / 10);
});

test('every problem stands at a place that exists', () => {
  fc.assert(
    fc.property(someContent, (typed) => {
      const { content, problems } = checkContent(typed, policyUnderTest);
      const lines = content.split('\n');
      for (const { line, column } of problems) {
        expect(column).toBeGreaterThan(0);
        expect(column).toBeLessThanOrEqual(codePointLength(lines[line - 1] ?? '') + 1);
      }
      if (problems.length > 0) expect(() => requireGoodContent(typed, policyUnderTest)).toThrow(DomainError);
    }),
    { numRuns: count(2_000, 600) },
  );
});
