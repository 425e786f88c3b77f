import type { ChangedBy, MoodState } from '../moods/mood.ts';

/** What is undefined is not filtered by. */
export interface AuditFilter {
  modelId?: string | undefined;
  changedBy?: ChangedBy | undefined;
  adminUserId?: string | undefined;
  /** The state that the transition led to. */
  state?: MoodState | undefined;
  /** Included. */
  from?: Date | undefined;
  /** Not included. */
  to?: Date | undefined;
}

/** Somebody looked at what is sealed, or destroyed it. */
export interface AuditAccess {
  kind: 'read' | 'export' | 'erase';
  /** null: an operator at the command line. */
  adminUserId: string | null;
  filter: AuditFilter;
}

/** The record of accesses to what is sealed. */
export interface AccessRecord {
  /** Appends to the record, which nothing can alter. */
  recordAccess(access: AuditAccess): Promise<void>;
}
