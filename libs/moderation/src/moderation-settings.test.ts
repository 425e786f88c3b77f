import { expect, test } from '@jest/globals';
import { readSettings } from '@mood/runtime';
import { createContentPolicy } from './content-policy.ts';
import { moderationSettings } from './moderation-settings.ts';

test('without settings the policy is the English list and US numbers', () => {
  const settings = readSettings(moderationSettings, {});
  expect(settings).toEqual({
    refused: ['email', 'phone', 'url', 'handle', 'listed_word'],
    listedWords: [],
    allowedWords: [],
    phoneCountry: 'US',
  });
  expect(createContentPolicy(settings).inspect('fine')).toEqual([]);
});

test('words come separated by commas, the country in any letter case', () => {
  const settings = readSettings(moderationSettings, {
    CONTENT_LISTED_WORDS: 'telegram, cash app ,,',
    CONTENT_ALLOWED_WORDS: 'sexy',
    CONTENT_PHONE_COUNTRY: 'de',
  });
  expect(settings).toMatchObject({ listedWords: ['telegram', 'cash app'], allowedWords: ['sexy'], phoneCountry: 'DE' });
});

test('each kind can be taken out', () => {
  expect(readSettings(moderationSettings, { CONTENT_REFUSED: 'phone, listed_word' }).refused).toEqual(['phone', 'listed_word']);
  expect(readSettings(moderationSettings, { CONTENT_REFUSED: 'none' }).refused).toEqual([]);
});

test('a kind that does not exist stops the start', () => {
  expect(() => readSettings(moderationSettings, { CONTENT_REFUSED: 'email,fax' })).toThrow(
    /CONTENT_REFUSED is "email,fax".*email, phone, url, handle, listed_word/,
  );
});

test('a country without phone numbers stops the start', () => {
  expect(() => readSettings(moderationSettings, { CONTENT_PHONE_COUNTRY: 'XX' })).toThrow(/CONTENT_PHONE_COUNTRY is "XX".*ISO 3166/);
});
