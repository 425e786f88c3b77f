export const moodStates = ['neutral', 'positive', 'negative'] as const;
export type MoodState = (typeof moodStates)[number];

/** Who can be named as the last human who set a mood. */
export type MoodAuthor = 'model' | 'admin';
/** Who can cause a transition. `system` is the reset of an expired mood. */
export type ChangedBy = MoodAuthor | 'system';

/** Seconds (contract: "Mood Metadata"). */
export const maxResponseDelaySeconds = 300;
/** Unicode code points of the NFC text (contract: "Mood Metadata"). */
export const maxCustomMessageLength = 200;

/** What a model chooses: the whole state, since an update replaces everything. */
export interface MoodSettings {
  moodState: MoodState;
  /** Plain text in which no tag can form, or null. */
  customMessage: string | null;
  autoRespond: boolean;
  /** Seconds, 0 to 300. */
  responseDelay: number;
  expiresAt: Date | null;
}

/** A performer's current mood as stored or as read. */
export interface Mood extends MoodSettings {
  modelId: string;
  /** 0 when no mood was ever set; each change adds one, and so does the end of a mood. */
  version: number;
  lastUpdated: Date;
  updatedBy: MoodAuthor;
}

export const defaultMoodSettings: MoodSettings = {
  moodState: 'neutral',
  customMessage: null,
  autoRespond: false,
  responseDelay: 0,
  expiresAt: null,
};

/**
 * The mood in effect at `now`. A mood that has ended reads as neutral with every setting at its default, and with the version of its reset,
 * whether or not that is written: it is always the next one.
 */
export function effectiveMood(mood: Mood, now: Date): Mood {
  if (mood.expiresAt === null || mood.expiresAt > now) return mood;
  return { ...mood, ...defaultMoodSettings, version: mood.version + 1, lastUpdated: mood.expiresAt };
}

/** The mood of a performer who never set one (design: neutral, known since `knownSince`). */
export function neverSetMood(modelId: string, knownSince: Date): Mood {
  return { modelId, version: 0, ...defaultMoodSettings, lastUpdated: knownSince, updatedBy: 'model' };
}
