import type { Actor } from '../audit/actor.ts';
import type { SealedAccess } from '../audit/sealed-access.ts';
import type { ChangedBy, Mood, MoodSettings, MoodState } from './mood.ts';

/** How much of the hourly allowance is used (contract: Appendix C). */
export interface ChangeAllowance {
  limit: number;
  remaining: number;
  /** When the oldest counted change leaves the window. */
  resetTime: Date;
}

export type ChangeOutcome =
  | { kind: 'changed'; mood: Mood; allowance: ChangeAllowance | null; heldUntil: Date | null }
  /** An administrator's override holds: the model cannot change its mood before. */
  | { kind: 'held'; heldUntil: Date }
  | { kind: 'rate_limited'; resetTime: Date }
  | { kind: 'terms_not_accepted' }
  | { kind: 'model_unknown' }
  /** By the database's clock the mood would have ended already. */
  | { kind: 'end_is_over' }
  /** After the year 9999, which is as far as ISO 8601 times go. */
  | { kind: 'end_is_too_late' };

export type ExpiryOutcome =
  | { kind: 'reset'; mood: Mood }
  /** A newer mood is in place, or none that expires. */
  | { kind: 'superseded' }
  /** By the database's clock the mood still runs for this many milliseconds. */
  | { kind: 'not_due'; remainingMs: number };

export interface MoodTransition {
  moodState: MoodState;
  previousState: MoodState | null;
  /** When it took effect: a reset, when the mood ended. */
  changedAt: Date;
  /** When it was written to the log. */
  recordedAt: Date;
  changedBy: ChangedBy;
  customMessage: string | null;
}

export interface HistoryPage {
  history: MoodTransition[];
  total: number;
  /** The version before which the next page begins; null when there is nothing more. */
  next: number | null;
}

/** Where a page of a history stands. */
export interface HistoryRange {
  limit: number;
  /** How many transitions are left out: of the newest, or of those before the version. */
  offset: number;
  /** Only transitions to versions below this one; from the newest on when absent. */
  before?: number | undefined;
}

/** Rules that the store enforces inside the transaction of a change. */
export interface ChangeRules {
  /** Counted changes allowed in a rolling 60 minutes; null when this change is exempt and not counted. */
  hourlyLimit: number | null;
  /** The version of the terms that the model must have accepted; null when this change needs none. */
  termsVersion: string | null;
  /** Minutes from now in which the model cannot change its mood; null when a hold stays as it is, and is respected. */
  holdMinutes: number | null;
}

/** Current moods and their history. All moods are as stored; `effectiveMood` applies the expiry. */
export interface MoodStore {
  /** @returns null when no such performer is known here. */
  find(modelId: string): Promise<Mood | null>;
  /** One query. Unknown performers are absent from the result. */
  findMany(modelIds: readonly string[]): Promise<Mood[]>;
  /**
   * Atomically, in one round trip: terms, limit, state (version + 1), audit row, outbox event, and the promise of the mood's end. The
   * database's clock decides whether that lies in the future.
   * `responseDelay: null` keeps the stored delay.
   */
  change(
    modelId: string,
    settings: Omit<MoodSettings, 'responseDelay'> & { responseDelay: number | null },
    actor: Actor,
    rules: ChangeRules,
  ): Promise<ChangeOutcome>;
  /** Resets an expired mood if it is still the given version, and keeps the promise of its end. Audited as `system`, not counted. */
  expire(modelId: string, version: number): Promise<ExpiryOutcome>;
  /**
   * Newest first. Transitions that are added shift pages that count from the newest, and never those before a version. `total` counts all
   * transitions. A message that the access does not open is null. One query.
   */
  history(modelId: string, range: HistoryRange, access: SealedAccess): Promise<HistoryPage>;
}

/** Performers as far as this system has to know them: that they exist, and since when. */
export interface PerformerRegistry {
  /** Remembers performers whom the Performer Service vouches for. Idempotent. */
  register(modelIds: readonly string[]): Promise<void>;
}
