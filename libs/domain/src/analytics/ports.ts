import type { MoodState } from '../moods/mood.ts';
import type { Fact } from './facts.ts';
import type { TopMetric } from './metrics.ts';

/**
 * A part of time, cut at quarters of an hour: `start` is included, `end` is not. It may be empty, and it may reach into the
 * future, where nothing is counted.
 */
export interface Slice {
  start: Date;
  end: Date;
}

/** What a fact comes to in one slice. */
export interface Sum {
  fact: Fact;
  /** Index of the slice among those asked for. */
  slice: number;
  /** Value of the group asked for, empty where it is absent; null when all groups are together. */
  group: string | null;
  n: number;
  /** Seconds, scores, or those of the `n` that have what is asked for, by the fact. */
  total: number;
}

/** At one instant: the models known here, and those of them that changed their mood themselves within so many days before. */
export interface Adoption {
  known: number;
  adopted7d: number;
  adopted30d: number;
}

/** How a mood ended: by the model's next change, by its time, or by an administrator's override. */
export type MoodEnd = 'hand' | 'time' | 'override';

/** Moods that ended in a slice. */
export interface EndedMoods {
  slice: number;
  ended: MoodEnd | 'all';
  medianSeconds: number;
}

/** The moods in effect at one instant. A model that never set one is neutral, and not active. */
export interface MoodsNow {
  at: Date;
  known: number;
  /** Not expired, and not neutral or with a message or with automatic replies. */
  active: number;
  byState: Readonly<Record<MoodState, number>>;
}

/** Replies to a model's users that were sent while it was in one mood. */
export interface OwnReplies {
  moodState: MoodState;
  sent: number;
  /** Sent so long ago that the hour for an answer has passed. */
  mature: number;
  /** Of the mature ones: the user wrote again within the hour. */
  engaged: number;
}

/** Messages that were made of the same. */
export interface TemplateUses {
  /** Of the fact `templates_rendered`: its groups in their order, joined by `/`. */
  group: string;
  n: number;
}

/** What was verified of the audit log last. */
export interface AuditState {
  /** Models whose rows were found whole. */
  complete: number;
  models: number;
  /** When the last verification of the whole log began; null before the first. */
  verifiedUntil: Date | null;
}

/** Reads what was counted. Times are the database's. Slices are in ascending order and do not overlap. */
export interface AnalyticsReader {
  /**
   * @returns asOf: what happened before it is counted. rolledUpUntil: the end of the last bucket that has been rolled up; null before the
   * first.
   */
  progress(): Promise<{ asOf: Date; rolledUpUntil: Date | null }>;
  /**
   * Sums of facts; what came to nothing has no sum. One statement.
   * @param query groupBy: a group of each of the facts; null: all groups together.
   */
  sums(query: { facts: readonly Fact[]; slices: readonly Slice[]; groupBy: string | null }): Promise<Sum[]>;
  /** One answer per instant, in order. */
  adoption(at: readonly Date[]): Promise<Adoption[]>;
  /**
   * Changes by models per day and model that changed on it. One answer per slice, in order; null when nobody changed.
   * @param slices `days`: the days of a zone, of 23 to 25 hours.
   */
  changesPerModel(slices: readonly { days: readonly Slice[] }[]): Promise<({ mean: number; median: number; p95: number } | null)[]>;
  /** Slices in which no mood ended so are left out. @param byEnd by how they ended; false: all together. */
  moodDurations(slices: readonly Slice[], byEnd: boolean): Promise<EndedMoods[]>;
  /** Seconds from when replies were due until they were sent. One answer per slice, in order; null when none was sent. */
  replyLateness(slices: readonly Slice[]): Promise<({ p50: number; p95: number } | null)[]>;
  moodsNow(): Promise<MoodsNow>;
  /** Models by what they did, most first, then by ID. Models that did nothing of it are left out. */
  top(query: { metric: TopMetric; period: Slice; limit: number }): Promise<{ modelId: string; value: number }[]>;
  repliesOf(modelId: string, period: Slice): Promise<OwnReplies[]>;
  /** Messages that were made from templates, by all groups of `templates_rendered` at once. */
  templateUses(period: Slice): Promise<TemplateUses[]>;
  /** Models that were verified at or after `since`, of those that have rows. */
  auditState(since: Date): Promise<AuditState>;
}
