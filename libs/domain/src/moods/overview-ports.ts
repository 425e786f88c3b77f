import type { ChangedBy, Mood, MoodState } from './mood.ts';

/** A model's remaining hourly allowance, read without using any of it (contract: Appendix C). */
export interface ChangesLeft {
  limit: number;
  remaining: number;
  /** When the oldest counted change leaves the window; null when none is counted. */
  moreAt: Date | null;
}

/** A mood change that the model did not make itself. */
export interface MoodNotice {
  type: 'mood_overridden' | 'mood_expired';
  /** When it took effect. */
  at: Date;
  previousState: MoodState;
  newState: MoodState;
  /** An override without a hold has ended an earlier hold before its time. */
  holdEnded: boolean;
}

/** A model's standing, besides its mood. */
export interface ModelStanding {
  changes: ChangesLeft;
  /** Until when an administrator's override holds; null without one. */
  heldUntil: Date | null;
  /** When the model accepted the requested version of the terms. */
  termsAcceptedAt: Date | null;
  /** Newest first. */
  notices: MoodNotice[];
}

/** Undefined fields do not filter. */
export interface ModelFilter {
  /** By the mood in effect now. */
  moodState?: MoodState | undefined;
  changedBy?: ChangedBy | undefined;
  /** Whether nothing is left of the hourly allowance. */
  atLimit?: boolean | undefined;
  /** A prefix of the model's id, in lower case, with its dashes. */
  idPrefix?: string | undefined;
}

export interface ListedModel {
  mood: Mood;
  /** By who made the last change; `system`: the mood has ended. */
  changedBy: ChangedBy;
  changes: ChangesLeft;
  heldUntil: Date | null;
}

export interface ModelPage {
  models: ListedModel[];
  /** Continues after the last model; null when there are no more. */
  nextCursor: string | null;
}

/** Current moods for models and administrators. Times are the database's. */
export interface MoodOverview {
  /** A model's standing, by one query. For an unknown model: the whole allowance, and nothing else. */
  standing(modelId: string, rules: { hourlyLimit: number; termsVersion: string }): Promise<ModelStanding>;
  /**
   * Models that have ever set a mood, by their current mood, the last changed first. A model that changes its mood moves to the front.
   * @param cursor of an earlier page; null for the first.
   * @throws DomainError INVALID_REQUEST for an invalid cursor.
   */
  models(filter: ModelFilter, page: { limit: number; cursor: string | null }, hourlyLimit: number): Promise<ModelPage>;
}
