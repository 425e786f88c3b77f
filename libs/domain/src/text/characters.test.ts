import { describe, expect, test } from '@jest/globals';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { codePointLength, firstCodePoints, hasForbiddenCharacters, isBlank, normalised, withoutForbiddenCharacters } from './characters.ts';

describe('forbidden characters', () => {
  test.each([
    ['NUL', '\0'],
    ['a newline', '\n'],
    ['a carriage return', '\r'],
    ['a tab', '\t'],
    ['escape', '\u001B'],
    ['delete', '\u007F'],
    ['a C1 control', '\u0085'],
    ['the Arabic letter mark', '\u061C'],
    ['a left-to-right mark', '\u200E'],
    ['a right-to-left mark', '\u200F'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['a left-to-right embedding', '\u202A'],
    ['a right-to-left override', '\u202E'],
    ['an isolate', '\u2066'],
    ['the end of an isolate', '\u2069'],
    ['a byte order mark', '\uFEFF'],
    ['a lone high surrogate', '\uD83D'],
    ['a lone low surrogate', '\uDE00'],
    ['a noncharacter', '\uFFFE'],
    ['a noncharacter in the middle', '\uFDD0'],
    ['a noncharacter of another plane', '\u{1FFFF}'],
    ['a letter that is a tag', '\u{E0061}'],
    ['the end of tags', '\u{E007F}'],
    ['the tag of a language', '\u{E0001}'],
    ['a selector of ideographs', '\u{E0100}'],
  ])('%s is forbidden and can be removed', (_name, character) => {
    expect(hasForbiddenCharacters(`so ${character} it`)).toBe(true);
    expect(withoutForbiddenCharacters(`so ${character}${character} it`)).toBe('so  it');
  });

  test.each([
    'plain text',
    'I <3 you & me',
    'naïve café',
    '😊',
    '👩‍❤️‍💋‍👩',
    '❤️',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'שלום',
    'हिन्दी',
    '日本語',
    '葛\u{E0100}飾',
    'non\u00A0breaking',
    '',
  ])('"%s" is allowed', (text) => {
    expect(hasForbiddenCharacters(text)).toBe(false);
    expect(withoutForbiddenCharacters(text)).toBe(text);
  });

  test('asking twice gives the same answer', () => {
    expect([hasForbiddenCharacters('\n'), hasForbiddenCharacters('\n')]).toEqual([true, true]);
  });
});

describe('length and blankness', () => {
  test('an emoji outside the first plane counts once, a family counts its members and joiners', () => {
    expect(codePointLength('a😊b')).toBe(3);
    expect(codePointLength('👨‍👩‍👧')).toBe(5);
    expect(codePointLength('')).toBe(0);
  });

  test('the beginning of a text is cut between characters', () => {
    expect(firstCodePoints('😊a😊', 2)).toBe('😊a');
    expect(firstCodePoints('aa😊', 3)).toBe('aa😊');
    expect(firstCodePoints('a', 3)).toBe('a');
    expect(firstCodePoints('abc', 0)).toBe('');
  });

  test('white space, joiners and fillers show nothing', () => {
    expect(isBlank(' \u00A0\u3000\u200B\u200D\uFE0F\u3164')).toBe(true);
    expect(isBlank('')).toBe(true);
    expect(isBlank(' 😊 ')).toBe(false);
  });
});

describe('normalising', () => {
  test('composes letters and their marks', () => {
    expect(normalised('e\u0301')).toBe('é');
  });

  test('keeps 30 marks per letter and takes a megabyte of them in linear time', () => {
    const usedMs = startProcessorWatch();
    const text = normalised(`a${'\u0301\u0316'.repeat(500_000)}b`);
    expect(usedMs()).toBeLessThan(2_000);
    expect(text.length).toBeLessThan(40);
    expect(text.endsWith('b')).toBe(true);
  });

  test('keeps the limit when composing takes a mark apart', () => {
    const text = normalised(`a${'\u0344'.repeat(30)}`);
    expect(normalised(text)).toBe(text);
  });
});
