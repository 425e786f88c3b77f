import { describe, expect, test } from '@jest/globals';
import { readLocale, readTimeZone } from './person.ts';

describe('a time zone from a directory', () => {
  test.each([
    ['Europe/Paris', 'Europe/Paris'],
    ['europe/paris', 'Europe/Paris'],
    [' America/New_York ', 'America/New_York'],
    ['UTC', 'UTC'],
    ['Asia/Tokyo', 'Asia/Tokyo'],
  ])('%j is %s', (value, zone) => {
    expect(readTimeZone(value)).toBe(zone);
  });

  test.each(['', ' ', 'Mars/Olympus', 'Paris', 'UTC\0', 'x'.repeat(65), 'GMT+25', 60, null, true, ['UTC'], { zone: 'UTC' }])(
    '%j is none',
    (value) => {
      expect(readTimeZone(value)).toBeNull();
    },
  );
});

test.each([
  ['pt_BR', 'pt-BR'],
  ['zh_Hant_TW', 'zh-Hant-TW'],
  [' fr-ca ', 'fr-CA'],
  ['en_US.UTF-8', null],
  ['C', null],
])('the locale %j of a directory is %s', (value, locale) => {
  expect(readLocale(value)).toBe(locale);
});
