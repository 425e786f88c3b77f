import type { AccessRecord, AuditAccess } from './access-record.ts';

/** What lets an administrator see what is sealed. */
export const sealedScope = 'audit:read';

/** Somebody who is signed in and reads what holds sealed fields. */
export interface SealedReader {
  role: 'user' | 'model' | 'admin' | 'service';
  subject: string;
  scopes: ReadonlySet<string>;
}

/** Whose reading stands in the record of accesses. Made by nothing but the recording. */
export class RecordedAuditor {
  readonly kind = 'auditor';
  readonly adminUserId: string;

  private constructor(adminUserId: string) {
    this.adminUserId = adminUserId;
  }

  static async record(auditLog: AccessRecord, access: AuditAccess & { adminUserId: string }): Promise<RecordedAuditor> {
    await auditLog.recordAccess(access);
    return new RecordedAuditor(access.adminUserId);
  }
}

/** What somebody may open. The vault asks for it with every field. */
export type SealedAccess = { kind: 'nobody' } | { kind: 'owner'; modelId: string } | RecordedAuditor;

/**
 * The one rule by which sealed fields are opened: a model opens the messages of its own moods; an administrator with `audit:read` opens
 * everything, and that is recorded before anything is opened. Everybody else opens nothing.
 * @throws DependencyUnavailable when the reading could not be recorded.
 */
export async function accessToSealed(
  deps: { auditLog: AccessRecord },
  reader: SealedReader,
  wanted: Pick<AuditAccess, 'kind' | 'filter'>,
): Promise<SealedAccess> {
  if (reader.role === 'model') return { kind: 'owner', modelId: reader.subject };
  if (reader.role !== 'admin' || !reader.scopes.has(sealedScope)) return { kind: 'nobody' };
  return RecordedAuditor.record(deps.auditLog, { ...wanted, adminUserId: reader.subject });
}

/** @param place whose row it is, and whether it is the message of a mood: reasons and origins are not for the model. */
export function mayOpen(access: SealedAccess, place: { modelId: string; isMessage: boolean }): boolean {
  switch (access.kind) {
    case 'nobody':
      return false;
    case 'owner':
      return place.isMessage && place.modelId === access.modelId;
    case 'auditor':
      return true;
  }
}
