import type { AuditFilter } from './access-record.ts';
import type { AuditEntry, AuditLog, AuditPage } from './ports.ts';
import { accessToSealed } from './sealed-access.ts';
import type { SealedReader } from './sealed-access.ts';

/**
 * A page of the audit log. If sealed fields are shown, the access is recorded before they are opened.
 * @throws DomainError INVALID_REQUEST; DependencyUnavailable.
 */
export async function readAuditLog(
  deps: { auditLog: AuditLog },
  reader: SealedReader,
  filter: AuditFilter,
  page: { limit: number; cursor: string | null },
): Promise<AuditPage> {
  return deps.auditLog.page(filter, page, await accessToSealed(deps, reader, { kind: 'read', filter }));
}

const exportedAtOnce = 500;

/** Every matching entry, newest first, in batches. If sealed fields are shown, the access is recorded before the first entry. */
export async function* exportAuditLog(
  deps: { auditLog: AuditLog },
  reader: SealedReader,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry[]> {
  const access = await accessToSealed(deps, reader, { kind: 'export', filter });
  let cursor: string | null = null;
  do {
    const page: AuditPage = await deps.auditLog.page(filter, { limit: exportedAtOnce, cursor }, access);
    yield page.entries;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
