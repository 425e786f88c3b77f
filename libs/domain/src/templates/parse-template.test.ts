import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { DomainError } from '../errors.ts';
import { inspectTemplate, parseTemplate } from './parse-template.ts';
import { templateVariables } from './template.ts';

describe('a template', () => {
  test('is text and variables', () => {
    expect(parseTemplate('Hi {{userName}}, {{amount|some}}!').parts).toEqual([
      { kind: 'literal', text: 'Hi ' },
      { kind: 'variable', name: 'userName', fallback: null, index: 3 },
      { kind: 'literal', text: ', ' },
      { kind: 'variable', name: 'amount', fallback: 'some', index: 17 },
      { kind: 'literal', text: '!' },
    ]);
  });

  test.each(templateVariables)('knows {{%s}}', (name) => {
    expect(parseTemplate(`{{${name}}}`).parts).toEqual([{ kind: 'variable', name, fallback: null, index: 0 }]);
  });

  test('does not mind white space around the name', () => {
    expect(parseTemplate('{{ userName }}{{\tamount\n|x}}').parts).toMatchObject([{ name: 'userName' }, { name: 'amount', fallback: 'x' }]);
  });

  test.each([
    ['{{userName|there}}', 'there'],
    ['{{userName| my dear }}', 'my dear'],
    ['{{ userName | there }}', 'there'],
    ['{{userName |there}}', 'there'],
    ['{{userName|\tthere\n}}', 'there'],
    ['{{userName|\u00A0my dear\u200B}}', 'my dear'],
    ['{{userName|\u2800}}', ''],
    ['{{userName| |a }}', '|a'],
    ['{{userName|❤️ }}', '❤️'],
    ['{{userName| 🏴󠁧󠁢󠁥󠁮󠁧󠁿}}', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['{{userName|}}', ''],
    ['{{userName|a|b}}', 'a|b'],
    ['{{userName|{x} $& 💎}}', '{x} $& 💎'],
  ])('takes the fallback of %s as typed', (content, fallback) => {
    expect(parseTemplate(content).parts).toMatchObject([{ name: 'userName', fallback }]);
  });

  test.each(['', 'plain', 'a } b }} c { d', '{x}', '}}{', '{ {userName} }', '$& $1 <3'])('%j is plain text', (content) => {
    expect(parseTemplate(content).parts).toEqual(content === '' ? [] : [{ kind: 'literal', text: content }]);
  });

  test('may have a variable in braces', () => {
    expect(parseTemplate('{{{userName}}}').parts).toMatchObject([{ text: '{' }, { name: 'userName' }, { text: '}' }]);
  });

  test('may be empty', () => {
    expect(inspectTemplate('')).toEqual({ parsed: { parts: [] }, problems: [] });
  });
});

describe('a template that cannot be used', () => {
  test.each([
    ['Hi {{userName', 1, 4, /never closed.*\}\}/],
    ['Hi {{', 1, 4, /never closed/],
    ['{{userName|there, {{amount}}', 1, 1, /never closed/],
    ['{{{{userName}}}}', 1, 1, /never closed/],
    ['line\nsecond {{usrName}}', 2, 8, /no variable "usrName".*userName, modelName/],
    ['a\r\n😊é{{}}', 2, 3, /no variable name.*userName/],
    ['{{  }}', 1, 1, /no variable name/],
    ['{{|there}}', 1, 1, /no variable name/],
    ['{{constructor}}', 1, 1, /no variable "constructor"/],
    ['{{__proto__}}', 1, 1, /no variable "__proto__"/],
    ['{{length}}', 1, 1, /no variable "length"/],
    ['{{username}}', 1, 1, /no variable "username"/],
    ['{{user Name}}', 1, 1, /no variable "user Name"/],
  ])('%j is refused with its place and what to do', (content, line, column, message) => {
    expect(inspectTemplate(content).problems[0]).toEqual({ line, column, message: expect.stringMatching(message) });
    let refusal: unknown;
    try {
      parseTemplate(content);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code: 'INVALID_TEMPLATE', message: expect.stringMatching(`^Line ${line}, column ${column}: `) });
    expect(refusal).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('shows all its problems in order, and keeps them as text', () => {
    const { parsed, problems } = inspectTemplate('{{x}} {{userName}}\n\n {{y}}{{}}\n{{');
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [3, 2],
      [3, 7],
      [4, 1],
    ]);
    expect(parsed.parts).toMatchObject([{ text: '{{x}} ' }, { name: 'userName' }, { text: '\n\n {{y}}{{}}\n{{' }]);
  });

  test('names a very long name only in part', () => {
    const [problem] = inspectTemplate(`{{${'😊'.repeat(500)}}}`).problems;
    expect(problem?.message).toContain(`"${'😊'.repeat(40)}…"`);
  });

  test.each([
    ['only opened', '{{'.repeat(500_000)],
    ['opened and closed at the end', `${'{{'.repeat(500_000)}}}`],
    ['unknown names', '{{x}}\n'.repeat(170_000)],
    ['braces', '{{{x'.repeat(250_000)],
  ])('of a megabyte (%s) is read in linear time', (_name, content) => {
    const usedMs = startProcessorWatch();
    expect(inspectTemplate(content).problems.length).toBeGreaterThan(1_000);
    expect(usedMs()).toBeLessThan(3_000);
  });
});

test('the parts of every template make up its content', () => {
  const piece = fc.constantFrom('{', '{{', '}', '}}', '|', ' ', '\n', 'userName', 'amount', 'nobody', '😊', '{{userName}}', '{{amount|x}}');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const content = pieces.join('');
      let end = 0;
      for (const part of inspectTemplate(content).parsed.parts) {
        if (part.kind === 'variable') {
          expect(part.index).toBe(end);
          end = content.indexOf('}}', part.index) + 2;
        } else {
          expect(content.startsWith(part.text, end)).toBe(true);
          end += part.text.length;
        }
      }
      expect(end).toBe(content.length);
    }),
    { numRuns: 2_000 },
  );
});
