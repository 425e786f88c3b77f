import type { FlagKey } from './declared-flags.ts';
import type { FlagRule, FlagSubject } from './flag-rule.ts';

/** The flags of this process. */
export interface Flags {
  /** Whether a flag is on for somebody. At once, and almost free, while it is the same for everybody. Never fails: what is not known has its default. */
  isOn(key: FlagKey, subject?: FlagSubject): boolean | Promise<boolean>;
}

/** Who sets a flag, and why. */
export interface FlagChange {
  /** The administrator; null: an operator at the command line. */
  changedBy: string | null;
  reason: string;
}

/** How somebody has set a flag. */
export interface SetFlag extends FlagRule {
  key: FlagKey;
  /** Counts its changes. */
  version: number;
  changedAt: Date;
  changedBy: string | null;
  /** null: it was changed in the database by hand. */
  reason: string | null;
}

/** One change of a flag. */
export interface RecordedFlagChange extends Pick<SetFlag, 'version' | 'changedAt' | 'changedBy' | 'reason'> {
  /** null: the flag had its default. */
  before: FlagRule | null;
  after: FlagRule;
}

export type FlagUpdate =
  /** `unchanged`: it was set so already, and nothing was written. */
  | { kind: 'changed' | 'unchanged' }
  /** Somebody else set it meanwhile. Nothing was written. */
  | { kind: 'stale'; currentVersion: number };

export interface FlagHistoryPage {
  changes: RecordedFlagChange[];
  /** null: there are no more. */
  nextCursor: string | null;
}

/** How the flags are set, and were. All throw DependencyUnavailable. */
export interface FlagStore {
  /** Those that somebody has set. */
  all(): Promise<SetFlag[]>;
  /** @param expectedVersion the version that was edited, 0 for one that nobody has set; null: whatever is current. */
  set(key: FlagKey, rule: FlagRule, expectedVersion: number | null, change: FlagChange): Promise<FlagUpdate>;
  /** Newest first. @throws DomainError INVALID_REQUEST for a cursor that no page had. */
  history(key: FlagKey, page: { limit: number; cursor: string | null }): Promise<FlagHistoryPage>;
}
