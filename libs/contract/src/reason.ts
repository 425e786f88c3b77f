import { z } from 'zod';
import { codePointLength, hasForbiddenCharacters, trimmed } from '@mood/domain/vocabulary';

/** Code points. */
const minReasonLength = 3;
const maxReasonLength = 500;

/** @param what completes "expected 3 to 500 characters that …". */
function lineThatSays(what: string) {
  const length = `expected ${minReasonLength} to ${maxReasonLength} characters that ${what}`;
  return z
    .string(length)
    .overwrite(trimmed)
    .refine((text) => codePointLength(text) >= minReasonLength && codePointLength(text) <= maxReasonLength, length)
    .refine((text) => !hasForbiddenCharacters(text), 'expected a single line without control characters');
}

/** Why an administrator did something, in words (contract: "Admin Justification"). One line; blanks around it do not count, also those that nobody sees. */
export const reasonSchema = lineThatSays('say why');

/** What an administrator found or did, in the form of a reason. */
export const noteSchema = lineThatSays('say what was found or done');
