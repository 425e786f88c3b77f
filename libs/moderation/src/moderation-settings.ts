import { setting } from '@mood/runtime';
import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';

const envWords = z.string().transform((list) =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

/** Their values are the options of `createContentPolicy`. */
export const moderationSettings = {
  listedWords: setting({
    env: 'CONTENT_LISTED_WORDS',
    doc: 'words and phrases that messages and templates cannot hold, beside the English list; separated by commas',
    schema: envWords,
    default: '',
  }),
  allowedWords: setting({
    env: 'CONTENT_ALLOWED_WORDS',
    doc: 'words and phrases that messages and templates may hold although a list has them; separated by commas',
    schema: envWords,
    default: '',
  }),
  phoneCountry: setting({
    env: 'CONTENT_PHONE_COUNTRY',
    doc: 'the country whose phone numbers are found without their country code',
    schema: z.string().toUpperCase().refine(isSupportedCountry, 'expected an ISO 3166 country code such as US'),
    default: 'US',
  }),
};
