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
  /** An override holds: until then the model cannot change its mood. */
  | { kind: 'held'; heldUntil: Date }
  | { kind: 'rate_limited'; resetTime: Date }
  | { kind: 'terms_not_accepted' }
  /** The mood has another version than the expected one. */
  | { kind: 'version_conflict'; currentVersion: number }
  | { kind: 'model_unknown' }
  /** By the database's clock the requested end has passed already. */
  | { kind: 'end_is_over' }
  /** The requested end is after the year 9999, beyond ISO 8601. */
  | { kind: 'end_is_too_late' };

export type ExpiryOutcome =
  | { kind: 'reset'; mood: Mood }
  /** A newer mood is in place, or none that expires. */
  | { kind: 'superseded' }
  /** How long the mood still runs by the database's clock, in milliseconds. */
  | { kind: 'not_due'; remainingMs: number };

export interface MoodTransition {
  /** Of its row in the audit log. */
  id: string;
  /** Of the mood after it. */
  version: number;
  /** The administrator who made it; null for others. */
  adminUserId: string | null;
  moodState: MoodState;
  previousState: MoodState | null;
  /** When it took effect; for a reset, when the mood ended. */
  changedAt: Date;
  /** When it was written to the log. */
  recordedAt: Date;
  changedBy: ChangedBy;
  /** Until when it holds, if it is an override that does. */
  heldUntil: Date | null;
  /** When a later override ended or replaced its hold before `heldUntil`; null: none did. */
  holdEndedAt: Date | null;
  customMessage: string | null;
}

export interface HistoryPage {
  history: MoodTransition[];
  total: number;
  /** The next page begins before this version; null when there is none. */
  next: number | null;
}

/** The range of a page of a history. */
export interface HistoryRange {
  limit: number;
  /** How many transitions to skip, from the newest or from `before`. */
  offset: number;
  /** Only transitions to versions below this one; all when absent. */
  before?: number | undefined;
}

/** Rules that the store enforces inside the transaction of a change. */
export interface ChangeRules {
  /** Counted changes allowed in a rolling 60 minutes; null when this change is exempt and not counted. */
  hourlyLimit: number | null;
  /** The version of the terms that the model must have accepted; null when this change needs none. */
  termsVersion: string | null;
  /** For this many minutes the model cannot change its mood; null leaves an existing hold as it is, and respects it. */
  holdMinutes: number | null;
  /** The version of the mood that is to be changed; absent: whichever is there. */
  expectedVersion?: number | undefined;
}

/** Current moods and their history, as stored: `effectiveMood` applies the expiry. */
export interface MoodStore {
  /** @returns null when no such performer is known here. */
  find(modelId: string): Promise<Mood | null>;
  /** One query. Unknown performers are absent from the result. */
  findMany(modelIds: readonly string[]): Promise<Mood[]>;
  /**
   * Changes a mood atomically, in one round trip: terms, limit, state (version + 1), audit row, outbox event, and the promise of the mood's
   * end. Whether the end lies in the future is judged by the database's clock. `responseDelay: null` keeps the stored delay.
   */
  change(
    modelId: string,
    settings: Omit<MoodSettings, 'responseDelay'> & { responseDelay: number | null },
    actor: Actor,
    rules: ChangeRules,
  ): Promise<ChangeOutcome>;
  /**
   * Resets an expired mood if it still has the given version, and confirms the promise of its end. Audited as `system`; does not count
   * against the limit.
   */
  expire(modelId: string, version: number): Promise<ExpiryOutcome>;
  /**
   * A page of transitions, newest first, by one query. New transitions shift pages that count from the newest, but not pages with `before`.
   * `total` counts all transitions. A message that the reader may not open is null.
   */
  history(modelId: string, range: HistoryRange, access: SealedAccess): Promise<HistoryPage>;
}

/** What this system has to know of performers: that they exist, and since when. */
export interface PerformerRegistry {
  /** Remembers performers whom the Performer Service vouches for. Idempotent. */
  register(modelIds: readonly string[]): Promise<void>;
}
