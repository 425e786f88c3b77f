import type { ChangedBy, Mood, MoodState } from './mood.ts';

/** What is left of a model's hourly allowance, without using any of it (contract: Appendix C). */
export interface ChangesLeft {
  limit: number;
  remaining: number;
  /** When the oldest counted change leaves the window; null when none is counted. */
  moreAt: Date | null;
}

/** A change of the mood that the model did not make itself. */
export interface MoodNotice {
  type: 'mood_overridden' | 'mood_expired';
  /** When it took effect. */
  at: Date;
  previousState: MoodState;
  newState: MoodState;
}

/** Where a model stands, besides its mood. */
export interface ModelStanding {
  changes: ChangesLeft;
  /** Until then an administrator's override keeps the model from changing its mood. */
  heldUntil: Date | null;
  /** When it accepted the version of the terms that was asked for. */
  termsAcceptedAt: Date | null;
  /** Newest first. */
  notices: MoodNotice[];
}

/** What is undefined is not filtered by. */
export interface ModelFilter {
  /** Of the mood that counts now. */
  moodState?: MoodState | undefined;
  changedBy?: ChangedBy | undefined;
  /** Whether nothing is left of the hourly allowance. */
  atLimit?: boolean | undefined;
  /** How the model's id begins, in lower case, with its dashes. */
  idPrefix?: string | undefined;
}

export interface ListedModel {
  mood: Mood;
  /** Who made the last change; `system`: the mood has ended. */
  changedBy: ChangedBy;
  changes: ChangesLeft;
  heldUntil: Date | null;
}

export interface ModelPage {
  models: ListedModel[];
  /** Continues after the last model; null when there are no more. */
  nextCursor: string | null;
}

/** The moods of now, seen by those whom they concern. Times are the database's. */
export interface MoodOverview {
  /** One query. Of a model that nobody knows here: everything is left, and nothing else. */
  standing(modelId: string, rules: { hourlyLimit: number; termsVersion: string }): Promise<ModelStanding>;
  /**
   * Models that have set a mood, the last changed first, as they count now. A model whose mood changes moves to the front.
   * @param cursor of an earlier page; null for the first. @throws DomainError INVALID_REQUEST when it is none of ours.
   */
  models(filter: ModelFilter, page: { limit: number; cursor: string | null }, hourlyLimit: number): Promise<ModelPage>;
}
