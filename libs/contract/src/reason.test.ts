import { describe, expect, test } from '@jest/globals';
import { noteSchema, reasonSchema } from './reason.ts';

const issuesOf = (typed: unknown) => reasonSchema.safeParse(typed).error?.issues.map(({ message }) => message);

describe('the reason of an administrator', () => {
  test('is kept without the white space around it', () => {
    expect(reasonSchema.parse('  Spring greetings ')).toBe('Spring greetings');
    expect(reasonSchema.parse('😊'.repeat(500))).toHaveLength(1_000);
    expect(reasonSchema.parse('why')).toBe('why');
  });

  test.each([
    undefined,
    7,
    '',
    '   ',
    '\u200B\u200B\u200B',
    '\u3164\u2800\u00AD',
    '\u200D\u200B\u2060',
    'a\u200B\u200B',
    'ab',
    ' ab  ',
    '😊😊',
    'x'.repeat(501),
  ])('%j is none', (typed) => {
    expect(issuesOf(typed)).toEqual(['expected 3 to 500 characters that say why']);
  });

  test('is told apart from a note', () => {
    const problem = 'expected 3 to 500 characters that say what was found or done';
    expect(noteSchema.safeParse('ab').error?.issues).toMatchObject([{ message: problem }]);
    expect(noteSchema.parse(' Talked to her. ')).toBe('Talked to her.');
  });

  test.each(['two\nlines', 'tab\there', 'turned \u202Eround'])('%j is refused', (typed) => {
    expect(issuesOf(typed)).toEqual(['expected a single line without control characters']);
  });
});
