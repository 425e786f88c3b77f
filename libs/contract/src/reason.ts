import { z } from 'zod';
import { codePointLength, hasForbiddenCharacters } from '@mood/domain/vocabulary';

/** Code points. */
const minReasonLength = 3;
const maxReasonLength = 500;
const length = `expected ${minReasonLength} to ${maxReasonLength} characters that say why`;

/** Why an administrator did something, in words (contract: "Admin Justification"). One line; white space around it does not count. */
export const reasonSchema = z
  .string(length)
  .trim()
  .refine((text) => codePointLength(text) >= minReasonLength && codePointLength(text) <= maxReasonLength, length)
  .refine((text) => !hasForbiddenCharacters(text), 'expected a single line without control characters');
