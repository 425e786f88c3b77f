import type { AuditEntry, AuditFilter, AuditLog, AuditPage } from './ports.ts';

/** An administrator who reads the audit log; `maySeeSealed` by the scope `audit:read`. */
export interface AuditReader {
  adminUserId: string;
  maySeeSealed: boolean;
}

/** A page of the audit log. Whoever sees sealed fields is recorded before the answer. @throws DomainError INVALID_REQUEST; DependencyUnavailable. */
export async function readAuditLog(
  deps: { auditLog: AuditLog },
  reader: AuditReader,
  filter: AuditFilter,
  page: { limit: number; cursor: string | null },
): Promise<AuditPage> {
  const found = await deps.auditLog.page(filter, page, reader.maySeeSealed);
  if (reader.maySeeSealed) await deps.auditLog.recordAccess({ kind: 'read', adminUserId: reader.adminUserId, filter });
  return found;
}

const exportedAtOnce = 500;

/** Every entry that fits, newest first, in batches. Whoever sees sealed fields is recorded before the first one. */
export async function* exportAuditLog(
  deps: { auditLog: AuditLog },
  reader: AuditReader,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry[]> {
  if (reader.maySeeSealed) await deps.auditLog.recordAccess({ kind: 'export', adminUserId: reader.adminUserId, filter });
  let cursor: string | null = null;
  do {
    const page: AuditPage = await deps.auditLog.page(filter, { limit: exportedAtOnce, cursor }, reader.maySeeSealed);
    yield page.entries;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
