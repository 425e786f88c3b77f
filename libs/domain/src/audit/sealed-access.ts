import type { AccessRecord, AuditAccess } from './access-record.ts';

/** The scope that allows an administrator to read sealed fields. */
export const sealedScope = 'audit:read';

/** A signed-in reader of something with sealed fields. */
export interface SealedReader {
  role: 'user' | 'model' | 'admin' | 'service';
  subject: string;
  scopes: ReadonlySet<string>;
}

/** A reader whose access has been recorded. Only recording creates this type. */
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

/** What a reader may open. The vault checks it for every field. */
export type SealedAccess = { kind: 'nobody' } | { kind: 'owner'; modelId: string } | RecordedAuditor;

/**
 * The only rule for opening sealed fields: a model may open the messages of its own moods; an administrator with `audit:read` may open
 * everything, and that is recorded first. Nobody else may open anything.
 * @throws DependencyUnavailable when the access could not be recorded.
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

/** @param place the model of the row, and whether the field is a mood's message: models may read neither reasons nor origins. */
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
