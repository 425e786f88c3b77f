import { z } from 'zod';
import { codePointLength, hasForbiddenCharacters, isBlank } from '../text/characters.ts';
import { toPlainText } from '../text/plain-text.ts';
import { maxCustomMessageLength, maxResponseDelaySeconds, moodStates } from './mood.ts';
import type { Mood } from './mood.ts';

/** Highest plausible version: one change a second reaches it in 31 years. Higher ones are forged. */
export const maxMoodVersion = 1_000_000_000;

/** As `Date.toISOString` writes it. */
const instant = z.iso.datetime({ precision: 3 }).transform((text) => new Date(text));

/** A message as `parseCustomMessage` accepts it. The content policy is not applied again: it may have changed since. */
const customMessage = z
  .string()
  .max(2 * maxCustomMessageLength)
  .refine((text) => codePointLength(text) <= maxCustomMessageLength && !hasForbiddenCharacters(text) && !isBlank(text))
  .refine((text) => toPlainText(text) === text);

/** A mood in JSON, with every field within its bounds: for sources that others could have written to. */
export const moodSchema: z.ZodType<Mood> = z.object({
  modelId: z.guid(),
  version: z.int().min(0).max(maxMoodVersion),
  moodState: z.enum(moodStates),
  customMessage: customMessage.nullable(),
  autoRespond: z.boolean(),
  responseDelay: z.int().min(0).max(maxResponseDelaySeconds),
  expiresAt: instant.nullable(),
  lastUpdated: instant,
  updatedBy: z.enum(['model', 'admin']),
});
