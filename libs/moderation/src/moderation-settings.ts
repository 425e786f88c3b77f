import { policyKinds } from '@mood/domain';
import { setting } from '@mood/runtime';
import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';

const envWords = z.string().transform((list) =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

/** `none` alone: nothing is refused. An empty setting counts as absent. */
const envKinds = envWords
  .transform((kinds) => (kinds.join() === 'none' ? [] : kinds))
  .pipe(z.array(z.enum(policyKinds, `expected any of ${policyKinds.join(', ')}, separated by commas, or none`)));

/** Their values are the options of `createContentPolicy`. */
export const moderationSettings = {
  refused: setting({
    env: 'CONTENT_REFUSED',
    doc: `what messages, templates and their values cannot hold: any of ${policyKinds.join(', ')}, separated by commas, or none; what is left out is not looked for`,
    schema: envKinds,
    default: policyKinds.join(','),
  }),
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
