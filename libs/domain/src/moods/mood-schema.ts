import { z } from 'zod';
import { codePointLength, hasForbiddenCharacters, isBlank } from '../text/characters.ts';
import { toPlainText } from '../text/plain-text.ts';
import { maxCustomMessageLength, maxResponseDelaySeconds, moodStates } from './mood.ts';
import type { Mood } from './mood.ts';

/** One change a second gets there in 31 years. Higher versions are forged. */
export const maxMoodVersion = 1_000_000_000;

/** As `Date.toISOString` writes it. */
const instant = z.iso.datetime({ precision: 3 }).transform((text) => new Date(text));

/** What `parseCustomMessage` lets through, whoever wrote it. The content policy may have changed since, and is not asked again. */
const customMessage = z
  .string()
  .max(2 * maxCustomMessageLength)
  .refine((text) => codePointLength(text) <= maxCustomMessageLength && !hasForbiddenCharacters(text) && !isBlank(text))
  .refine((text) => toPlainText(text) === text);

/** A mood in JSON, within the bounds of every field. For moods that come from where somebody else could have written them. */
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
