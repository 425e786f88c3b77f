import { describe, expect, test } from '@jest/globals';
import { maxValueLength } from './given-values.ts';
import { inertValue, systemValues } from './template-values.ts';
import { startProcessorWatch } from '@mood/testing/processor-time';
import type { SystemFacts } from './template-values.ts';

const facts: SystemFacts = {
  moodState: 'positive',
  tier: 'gold',
  modelName: 'Sophia',
  customMessage: 'Feeling great today!',
  now: new Date('2026-01-02T15:45:10Z'),
};

describe('the values that the system knows', () => {
  test('look as the contract shows them', () => {
    expect(systemValues(facts)).toEqual({
      mood: 'positive',
      tier: 'gold',
      modelName: 'Sophia',
      customMessage: 'Feeling great today!',
      currency: '$',
      time: '3:45 PM',
      date: 'Jan 2, 2026',
    });
  });

  test('leave out what is unknown', () => {
    expect(Object.keys(systemValues({ ...facts, tier: null, modelName: null, customMessage: null })).toSorted()).toEqual([
      'currency',
      'date',
      'mood',
      'time',
    ]);
  });

  test('follow the time zone and the locale', () => {
    expect(systemValues({ ...facts, timeZone: 'Pacific/Auckland' })).toMatchObject({ time: '4:45 AM', date: 'Jan 3, 2026' });
    expect(systemValues({ ...facts, locale: 'de-DE' })).toMatchObject({ time: '15:45', date: '2. Jan. 2026' });
    expect(systemValues({ ...facts, locale: 'fr', timeZone: 'Europe/Paris' })).toMatchObject({ time: '16:45', date: '2 janv. 2026' });
    expect(systemValues(facts)).toMatchObject({ time: '3:45 PM' });
  });

  test('have no direction marks in right-to-left locales', () => {
    expect(systemValues({ ...facts, locale: 'ar-EG' }).date).not.toMatch(/[\u200E\u200F\u061C]/);
  });

  test.each([{ timeZone: 'Mars/Olympus' }, { locale: 'not a locale' }, { timeZone: '' }, { locale: '' }])(
    'an unknown place (%j) is refused with what to do',
    (place) => {
      expect(() => systemValues({ ...facts, ...place })).toThrow(
        expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringMatching(/IANA time zone such as/) }),
      );
    },
  );

  test('stay right when callers name very many places', () => {
    for (let extension = 0; extension < 250; extension++) {
      expect(systemValues({ ...facts, locale: `en-US-x-n${extension}` })).toMatchObject({ time: '3:45 PM' });
    }
  });

  test('are plain text, names too', () => {
    expect(systemValues({ ...facts, modelName: '<b>So\u202Ephia</b>' }).modelName).toBe('Sophia');
  });
});

describe('a value from outside', () => {
  test.each([
    ['John123', 'John123'],
    ['I <3 you & me', 'I <3 you & me'],
    ['{{amount}} $& $1', '{{amount}} $& $1'],
    ['<script>alert(1)</script>Jo', 'Jo'],
    ['&lt;b&gt;Jo', 'Jo'],
    ['Jo\nhn\0\u202E', 'John'],
    ['<\0b>Jo', 'Jo'],
    ['', ''],
    ['  Nora  ', 'Nora'],
    ['\u00A0Nora\u3000', 'Nora'],
    ['\u200BNora\u200B \u200D', 'Nora'],
    ['\u2800Nora\u2800', 'Nora'],
    ['\uFEFFNora\u00AD', 'Nora'],
    ['<b> </b> Nora &nbsp;', 'Nora'],
    ['\u0301Nora', 'Nora'],
    ['❤️', '❤️'],
    [' 👨‍👩‍👧 ', '👨‍👩‍👧'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 ', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['N o r a', 'N o r a'],
    ['فاطمه', 'فاطمه'],
  ])('%j becomes %j', (value, inert) => {
    expect(inertValue(value)).toBe(inert);
  });

  test.each([
    ['blanks', '   '],
    ['a tab and a line feed', '\t\n'],
    ['no-break spaces', '\u00A0\u202F\u2007'],
    ['spaces of typography', '\u2000\u2003\u2009\u200A\u205F\u3000'],
    ['zero-width spaces', '\u200B\u200B'],
    ['joiners', '\u200C\u200D'],
    ['a word joiner', '\u2060'],
    ['invisible operators', '\u2061\u2062\u2063\u2064'],
    ['a byte order mark', '\uFEFF'],
    ['soft hyphens', '\u00AD\u00AD'],
    ['a combining grapheme joiner', '\u034F'],
    ['the Hangul fillers', '\u115F\u1160\u3164\uFFA0'],
    ['Khmer inherent vowels', '\u17B4\u17B5'],
    ['Mongolian separators', '\u180B\u180E'],
    ['an empty Braille cell', '\u2800'],
    ['variation selectors', '\uFE0E\uFE0F\u{E0100}'],
    ['tags', '\u{E0020}\u{E0061}\u{E007F}'],
    ['direction marks', '\u200E\u200F\u202E\u2066\u2069\u061C'],
    ['marks alone', '\u0301\u0300\u20E3'],
    ['a mark on a space', ' \u0308 '],
    ['musical formatting', '\u{1D159}\u{1D173}'],
    ['annotation marks', '\uFFF9\uFFFA\uFFFB'],
    ['an object replacement', '\uFFFC'],
    ['hieroglyphic blanks', '\u{13441}'],
    ['line and paragraph separators', '\u2028\u2029'],
    ['control characters', '\0\u0007\u007F\u0085'],
    ['lone surrogates', '\uD83D'],
    ['entities of blanks', '&nbsp;&#8203;&#x2800;'],
    ['tags around nothing', '<b> </b><i>\u200B</i>'],
    ['all of it', ' \u200B\u2800\u3164\uFEFF\u0301 '],
  ])('of %s is blank', (_name, value) => {
    expect(inertValue(value)).toBe('');
  });

  test('is trimmed in linear time', () => {
    const usedMs = startProcessorWatch();
    expect(inertValue(`${' '.repeat(200_000)}x${' \u200D'.repeat(200_000)}`)).toBe('x');
    expect(usedMs()).toBeLessThan(2_000);
  });

  test('is cut at 1,000 code points, between characters', () => {
    expect(inertValue('😊'.repeat(maxValueLength))).toBe('😊'.repeat(1_000));
    expect(inertValue('😊'.repeat(maxValueLength + 1))).toBe('😊'.repeat(1_000));
    expect(inertValue('x'.repeat(1_000_000))).toBe('x'.repeat(1_000));
  });
});
