import { describe, expect, test } from '@jest/globals';
import { canonicalLocale, localeChain, maxLocaleLength } from './locale.ts';

describe('a locale', () => {
  test.each([
    ['fr', 'fr'],
    ['fr-ca', 'fr-CA'],
    ['FR-CA', 'fr-CA'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['cmn-hans-cn', 'zh-Hans-CN'],
    ['iw', 'he'],
    ['de-1996', 'de-1996'],
    ['en-us-u-hc-h23', 'en-US-u-hc-h23'],
  ])('%s is written %s', (tag, canonical) => {
    expect(canonicalLocale(tag)).toBe(canonical);
    expect(canonicalLocale(canonical)).toBe(canonical);
  });

  test.each(['', ' ', 'en_US', 'e', 'en-', 'thelanguageoffrance', 'x-private', '*', 'fr, en', 'fr\n', '🇫🇷'])('%j is none', (tag) => {
    expect(canonicalLocale(tag)).toBeNull();
  });

  test('of more than 35 characters is none, as typed or as written', () => {
    expect(canonicalLocale('en-x-aaaaaaaa-bbbbbbbb-cccccccc-ddd')).toHaveLength(maxLocaleLength);
    expect(canonicalLocale('en-x-aaaaaaaa-bbbbbbbb-cccccccc-dddd')).toBeNull();
    expect(canonicalLocale(`en-${'x-a'.repeat(3_000_000)}`)).toBeNull();
    expect(canonicalLocale('en-Latn-US-posix-u-ca-islamicc')).toBeNull();
  });
});

describe('the locales whose templates fit', () => {
  test.each([
    [null, [null]],
    ['fr', ['fr', null]],
    ['fr-CA', ['fr-CA', 'fr', null]],
    ['zh-Hant-TW', ['zh-Hant-TW', 'zh-Hant', 'zh', null]],
    ['zh-Hant-CN-x-private1-private2', ['zh-Hant-CN-x-private1-private2', 'zh-Hant-CN-x-private1', 'zh-Hant-CN', 'zh-Hant', 'zh', null]],
    ['en-US-u-hc-h23', ['en-US-u-hc-h23', 'en-US-u-hc', 'en-US', 'en', null]],
    ['en-a-bbb-x-ccc', ['en-a-bbb-x-ccc', 'en-a-bbb', 'en', null]],
  ])('a user of %s are %j', (locale, chain) => {
    expect(localeChain(locale)).toEqual(chain);
  });
});
