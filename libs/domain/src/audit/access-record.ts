import type { ChangedBy, MoodState } from '../moods/mood.ts';

/** Undefined fields do not filter. */
export interface AuditFilter {
  modelId?: string | undefined;
  /** The number of the change among those of its model. */
  version?: number | undefined;
  changedBy?: ChangedBy | undefined;
  adminUserId?: string | undefined;
  /** The state that the transition led to. */
  state?: MoodState | undefined;
  /** Included. */
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
}

/** A recorded access: somebody read sealed fields, or destroyed their key. */
export interface AuditAccess {
  kind: 'read' | 'export' | 'erase';
  /** null: an operator at the command line. */
  adminUserId: string | null;
  filter: AuditFilter;
}

/** The record of accesses to sealed fields. */
export interface AccessRecord {
  /** Appends to the record, which is immutable. */
  recordAccess(access: AuditAccess): Promise<void>;
}
