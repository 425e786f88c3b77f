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
    ['pt_BR', 'pt-BR'],
    ['en_us', 'en-US'],
    ['ZH_hant_tw', 'zh-Hant-TW'],
    ['zh-Hant_HK', 'zh-Hant-HK'],
    ['iw_IL', 'he-IL'],
  ])('%s is written %s', (tag, canonical) => {
    expect(canonicalLocale(tag)).toBe(canonical);
    expect(canonicalLocale(canonical)).toBe(canonical);
  });

  test.each([
    '',
    ' ',
    '_',
    'en_',
    'en__US',
    '_US',
    'in_English',
    'en_US.UTF-8',
    'de_CH_1996',
    'e',
    'en-',
    'thelanguageoffrance',
    'x-private',
    '*',
    'fr, en',
    'fr\n',
    '🇫🇷',
  ])('%j is none', (tag) => {
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
    ['zh-Hant-TW', ['zh-Hant-TW', 'zh-TW', 'zh-Hant', 'zh', null]],
    ['zh-TW', ['zh-TW', 'zh-Hant-TW', 'zh-Hant', 'zh', null]],
    ['zh-HK', ['zh-HK', 'zh-Hant-HK', 'zh-Hant', 'zh', null]],
    ['zh-MO', ['zh-MO', 'zh-Hant-MO', 'zh-Hant-HK', 'zh-HK', 'zh-Hant', 'zh', null]],
    ['zh-CN', ['zh-CN', 'zh-Hans-CN', 'zh-Hans', 'zh', null]],
    ['zh-SG', ['zh-SG', 'zh-Hans-SG', 'zh-Hans', 'zh', null]],
    ['zh-Hans-HK', ['zh-Hans-HK', 'zh-Hans', 'zh', null]],
    ['zh', ['zh', 'zh-Hans', null]],
    ['zh-Hant', ['zh-Hant', 'zh', null]],
    ['yue-HK', ['yue-HK', 'yue-Hant-HK', 'yue-Hant', 'yue', null]],
    ['sr-RS', ['sr-RS', 'sr-Cyrl-RS', 'sr-Cyrl', 'sr', null]],
    ['sr-ME', ['sr-ME', 'sr-Latn-ME', 'sr-Latn', 'sr', null]],
    ['sr-Latn-RS', ['sr-Latn-RS', 'sr-Latn', 'sr', null]],
    ['pa-PK', ['pa-PK', 'pa-Arab-PK', 'pa-Arab', 'pa', null]],
    ['uz-AF', ['uz-AF', 'uz-Arab-AF', 'uz-Arab', 'uz', null]],
    ['nn-NO', ['nn-NO', 'nn', 'no-NO', 'no', 'nb-NO', 'nb', null]],
    ['nb-NO', ['nb-NO', 'nb', 'no-NO', 'no', null]],
    ['no', ['no', 'nb', null]],
    ['pt-BR', ['pt-BR', 'pt', null]],
    ['pt-AO', ['pt-AO', 'pt-PT', 'pt', null]],
    ['es-MX', ['es-MX', 'es-419', 'es', null]],
    ['es-ES', ['es-ES', 'es', null]],
    ['en-GB', ['en-GB', 'en-001', 'en', null]],
    ['en-DE', ['en-DE', 'en-150', 'en-001', 'en', null]],
    ['en-US', ['en-US', 'en', null]],
    ['de-CH-1996', ['de-CH-1996', 'de-CH', 'de', null]],
    ['zh-TW-u-ca-roc', ['zh-TW-u-ca-roc', 'zh-TW-u-ca', 'zh-TW', 'zh-Hant-TW', 'zh-Hant', 'zh', null]],
    ['zh-Hant-CN-x-private1-private2', ['zh-Hant-CN-x-private1-private2', 'zh-Hant-CN-x-private1', 'zh-Hant-CN', 'zh-Hant', 'zh', null]],
    ['en-US-u-hc-h23', ['en-US-u-hc-h23', 'en-US-u-hc', 'en-US', 'en', null]],
    ['en-a-bbb-x-ccc', ['en-a-bbb-x-ccc', 'en-a-bbb', 'en', null]],
  ])('a user of %s are %j', (locale, chain) => {
    expect(localeChain(locale)).toEqual(chain);
  });

  test('are right also for callers who make up very many locales', () => {
    for (let made = 0; made < 1_200; made++) {
      expect(localeChain(`nn-x-n${made}`)).toEqual([`nn-x-n${made}`, 'nn', `no-x-n${made}`, 'no', `nb-x-n${made}`, 'nb', null]);
    }
  });
});
