import type { MoodSettings } from './mood.ts';

/** A mood that a model has set itself, without its end. */
export interface RecentMood extends Omit<MoodSettings, 'expiresAt'> {
  lastUsedAt: Date;
}

/** The moods that models set, from the log of changes. */
export interface RecentMoods {
  /** Distinct ones that the model set itself, newest first. Those whose message was erased are left out. @throws DependencyUnavailable. */
  of(modelId: string): Promise<RecentMood[]>;
}

/** So many are told. */
const maxRecentMoods = 6;

/** @param used newest first; no more of it is read than is needed. @returns each mood once, when it was used last. */
export function distinctMoods(used: Iterable<RecentMood>): RecentMood[] {
  const distinct = new Map<string, RecentMood>();
  for (const mood of used) {
    const key = JSON.stringify([mood.moodState, mood.customMessage, mood.autoRespond, mood.responseDelay]);
    if (!distinct.has(key)) distinct.set(key, mood);
    if (distinct.size === maxRecentMoods) break;
  }
  return [...distinct.values()];
}
