import { moodSchema } from '@mood/domain';
import type { Mood } from '@mood/domain';

/** UTF-16 units. A message of 200 code points, all written as escapes, and every other field take less. */
const maxEntryLength = 4_096;

/** An entry begins with its version, so that the script that compares versions need not understand the rest. */
export function serializeMood(mood: Mood): string {
  return `${mood.version} ${JSON.stringify(mood)}`;
}

/** @returns null for what is no mood of this model within the domain's bounds: another release may have written it, or anybody who reaches Redis. */
export function parseCachedMood(modelId: string, entry: string): Mood | null {
  if (entry.length > maxEntryLength) return null;
  const space = entry.indexOf(' ');
  try {
    const parsed = moodSchema.safeParse(JSON.parse(entry.slice(space + 1)));
    if (!parsed.success || parsed.data.modelId !== modelId) return null;
    return entry.slice(0, space) === String(parsed.data.version) ? parsed.data : null;
  } catch {
    return null;
  }
}
