import { moodStates } from '@mood/domain';
import type { Mood } from '@mood/domain';
import { z } from 'zod';

const instant = z.iso.datetime().transform((text) => new Date(text));

const cachedMoodSchema: z.ZodType<Mood> = z.object({
  modelId: z.string(),
  version: z.int().min(0),
  moodState: z.enum(moodStates),
  customMessage: z.string().nullable(),
  autoRespond: z.boolean(),
  responseDelay: z.int().min(0),
  expiresAt: instant.nullable(),
  lastUpdated: instant,
  updatedBy: z.enum(['model', 'admin']),
});

/** An entry begins with its version, so that the script that compares versions need not understand the rest. */
export function serializeMood(mood: Mood): string {
  return `${mood.version} ${JSON.stringify(mood)}`;
}

/** @returns null for what is no mood of this model: another release may have written it. */
export function parseCachedMood(modelId: string, entry: string): Mood | null {
  try {
    const parsed = cachedMoodSchema.safeParse(JSON.parse(entry.slice(entry.indexOf(' ') + 1)));
    return parsed.success && parsed.data.modelId === modelId ? parsed.data : null;
  } catch {
    return null;
  }
}
