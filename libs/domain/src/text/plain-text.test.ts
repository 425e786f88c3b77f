import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseFragment } from 'parse5';
import { count } from '@mood/testing/counts';
import { startProcessorWatch } from '@mood/testing/processor-time';
import { codePointLength, hasForbiddenCharacters } from './characters.ts';
import { toCleanPlainText, toPlainText } from './plain-text.ts';

const encoded = (html: string, times: number): string =>
  times === 0 ? html : encoded(html.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'), times - 1);

describe('what people type stays', () => {
  test.each([
    'I <3 you & me',
    'Feeling great today! 😊',
    'a < b > c && d <= e',
    'AT&T, R&D, Q&A; fish & chips;',
    '5 > 3 "quoted" and \'single\'',
    '  two spaces before, one after ',
    '<<3 <- -> <> >_<',
    'naïve 日本語 שלום 👩‍❤️‍💋‍👩',
    '{{amount}} $& $1 \\n %00',
    'ends with <',
    'ends with &',
    '',
  ])('"%s"', (text) => {
    expect(toPlainText(text)).toBe(text);
  });

  test('in composed form', () => {
    expect(toPlainText('cafe\u0301')).toBe('café');
    expect(toPlainText('cafe&#769;')).toBe('café');
  });

  test('a broken heart and excited signs lose a bracket, not the words after them', () => {
    expect(toPlainText('I </3 you > him')).toBe('I /3 you > him');
    expect(toPlainText('wow <!! and <?! more')).toBe('wow !! and ?! more');
    expect(toPlainText('a </')).toBe('a /');
  });
});

describe('markup does not survive', () => {
  test.each([
    ['<script>alert(1)</script>Hello', 'Hello'],
    ['<b>bold</b> and <i>more</i>', 'bold and more'],
    ['<img src=x onerror=alert(1)>hi', 'hi'],
    ['<ScRiPt >alert(1)</sCrIpT\n>x', 'x'],
    ['<style>*{}</style>x', 'x'],
    ['<iframe src=javascript:alert(1)></iframe>x', 'x'],
    ['<svg><script>alert(1)</script></svg>x', 'x'],
    ['<!-- hidden -->x', 'x'],
    ['<!doctype html>x', 'x'],
    ['<?xml version="1.0"?>x', 'x'],
    ['x <b', 'x '],
    ['x <img src=x onerror=alert(1) ', 'x '],
    ['x </script', 'x '],
    ['<scr<script>ipt>alert(1)</scr</script>ipt>', 'ipt>alert(1)ipt>'],
    ['<<b>script>alert(1)<</b>/script>', ''],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', ''],
    ['&#60;script&#62;alert(1)&#x3c;/script&#x3E;', ''],
    ['&ltscript&gtalert(1)', ''],
    ['&LT;b&GT;x', 'x'],
    ['\uFE64script\uFE65', '\uFE64script\uFE65'],
    ['a&nbsp;&copy;&hearts;', 'a\u00A0©♥'],
  ])('%j becomes %j', (typed, plain) => {
    expect(toPlainText(typed)).toBe(plain);
  });

  test.each([1, 2, 3, 9])('a script encoded %i times is gone', (times) => {
    expect(toPlainText(encoded('<script>alert(1)</script>hi', times))).toBe('hi');
  });

  test('an ampersand encoded twice comes back once', () => {
    expect(toPlainText('you &amp;amp; me')).toBe('you & me');
  });

  test('what is encoded more often than anybody types loses every character that begins markup', () => {
    const plain = toPlainText(`AT&T ${encoded('<script>', 15)}`);
    expect(plain).not.toMatch(/[<&][A-Za-z#/!?]/);
    expect(toPlainText(plain)).toBe(plain);
  });
});

describe('cleaning', () => {
  test('removes forbidden characters, also those that hide a tag or an entity or are hidden in one', () => {
    expect(toCleanPlainText('An\u202Ena\n')).toBe('Anna');
    expect(toCleanPlainText('a&#x202E;b&#10;c&NewLine;d')).toBe('abcd');
    expect(toCleanPlainText('<\0script>alert(1)</\u200Escript>x')).toBe('x');
    expect(toCleanPlainText('<&#x202E;b>x')).toBe('x');
    expect(toCleanPlainText('&#\u202E60;b>x')).toBe('x');
  });
});

const fragment = fc.oneof(
  // prettier-ignore
  fc.constantFrom(
    '<', '>', '</', '/>', '<!', '<!--', '-->', '--!>', '<?', '?>', '<![CDATA[', ']]>', '&', ';', '#', '&#', '&#x', '=', '"', "'", '/', '!', '?',
    ' ', '\n', '\0', '\u000C', 'script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noscript', 'plaintext', 'svg', 'math', 'template',
    'select', 'option', 'table', 'img src=x onerror=alert(1)', 'a', 'b', 'Z', '3', '60', '3c', 'lt', 'gt', 'amp', 'amp;', 'lt;', 'LT;',
    '&lt;', '&lt', '&gt;', '&amp;', '&amp', '&#60;', '&#x3C;', '&#38;', '&#0;', '&nvlt;', '&quot;', '&nbsp;', '&copy', '&notit;', '&sol;', '&excl;', '&quest;',
    '<script>', '</script>', '<b>', '</b>', '<br/>', '<p>', '</p>', '<svg>', '</svg>', '<textarea>', '<!-->', '<a href="', '\u0338', '\u0301', '\u202E',
    '\uFEFF', '\uD83D', '😊', '👩‍❤️‍👩', 'é', 'e\u0301', '\uFF1C', '\u212A', 'I <3 you',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const hostileText = fc.array(fragment, { maxLength: 14 }).map((fragments) => fragments.join(''));

const onlyText = (text: string): boolean => parseFragment(text).childNodes.every((node) => node.nodeName === '#text');

describe('for every text', () => {
  test('the result read as HTML is nothing but text, and doing it again changes nothing', () => {
    fc.assert(
      fc.property(hostileText, (typed) => {
        const plain = toPlainText(typed);
        return onlyText(plain) && toPlainText(plain) === plain && codePointLength(plain) <= codePointLength(typed.normalize('NFC'));
      }),
      { numRuns: count(10_000, 3_000) },
    );
  });

  test('the cleaned result is nothing but text without forbidden characters, and doing it again changes nothing', () => {
    fc.assert(
      fc.property(hostileText, (typed) => {
        const plain = toCleanPlainText(typed);
        return onlyText(plain) && toCleanPlainText(plain) === plain && !hasForbiddenCharacters(plain);
      }),
      { numRuns: 3_000 },
    );
  });

  test('without the beginning of a tag or an entity it comes back as typed', () => {
    // In this order: normalising can make a letter of something else (the Kelvin sign becomes K).
    const harmless = hostileText
      .map((text) => text.normalize('NFC').replace(/[<&]+(?=[A-Za-z/!?#])/g, ''))
      .filter((text) => text === text.normalize('NFC'));
    fc.assert(
      fc.property(harmless, (typed) => toPlainText(typed) === typed),
      { numRuns: 3_000 },
    );
  });
});

describe('a megabyte of hostile text is done in linear time', () => {
  const filled = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

  test.each([
    ['opening brackets', filled('<', 1_000_000)],
    ['unclosed tags', filled('<a b="', 1_000_000)],
    ['nested encoding', `&${filled('amp;', 1_000_000)}lt;script>`],
    ['marks on one letter', `a${filled('\u0301\u0316', 1_000_000)}`],
    ['open tags and strangers closing', filled('<svg><desc>', 50_000) + filled('</lineargradient>', 50_000)],
    ['nested frames', filled('<iframe>', 100_000)],
    ['nested encoding that is parsed', `&${filled('amp;', 99_000)}lt;script>`],
    ['comments', filled('<!--', 100_000)],
  ])('%s', (_name, typed) => {
    const usedMs = startProcessorWatch();
    const plain = toPlainText(typed);
    expect(usedMs()).toBeLessThan(3_000);
    expect(plain).not.toMatch(/<[A-Za-z/!?]/);
    expect(toPlainText(plain)).toBe(plain);
  });
});
