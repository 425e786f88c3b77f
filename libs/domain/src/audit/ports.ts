import type { ChangedBy, MoodState } from '../moods/mood.ts';
import type { AccessRecord, AuditFilter } from './access-record.ts';
import type { SealedAccess } from './sealed-access.ts';

/** The fields that are encrypted at rest. A field that was never given is null. */
export interface SealedDetails {
  adminReason: string | null;
  customMessage: string | null;
  ipAddress: string | null;
  userAgent: string | null;
}

export interface AuditEntry {
  id: string;
  modelId: string;
  version: number;
  previousState: MoodState | null;
  newState: MoodState;
  changedBy: ChangedBy;
  adminUserId: string | null;
  autoRespond: boolean;
  responseDelay: number;
  expiresAt: Date | null;
  /** Until when the override holds; null: not at all, or the change is of a time when that was not recorded. */
  heldUntil: Date | null;
  /** When a later override ended or replaced its hold before `heldUntil`; null: none did. Read from that override's entry. */
  holdEndedAt: Date | null;
  createdAt: Date;
  /** Whether the sealed fields are shown. `hidden`: not requested. `erased`: the model's key was destroyed, so nobody can decrypt them. */
  sealed: SealedDetails | 'hidden' | 'erased';
  /** Continues after this entry. */
  cursor: string;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** Continues after the last entry; null when there are no more. */
  nextCursor: string | null;
}

/** Whether the log is as it was written. */
export interface AuditChain {
  /** One model's entries, computed anew; null: not asked for. The problem is the first, in words. */
  model: { modelId: string; entries: number; problem: string | null } | null;
  /** The last time that the whole log was verified; null: never. */
  lastVerification: { verifiedUntil: Date; models: number; complete: number; entries: number } | null;
}

/** The audit log as administrators read it. */
export interface AuditLog extends AccessRecord {
  /**
   * A page of the log, newest first; pages stay stable while rows are added. One query.
   * @param access which sealed fields are opened; without it they are `hidden`.
   * @param cursor of an earlier page; null for the first.
   * @throws DomainError INVALID_REQUEST for an invalid cursor.
   */
  page(filter: AuditFilter, page: { limit: number; cursor: string | null }, access: SealedAccess): Promise<AuditPage>;
  /** @param modelId whose chain of hashes is computed anew; null: nobody's. */
  chain(modelId: string | null): Promise<AuditChain>;
}
