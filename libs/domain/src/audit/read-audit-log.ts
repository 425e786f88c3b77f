import type { AuditFilter } from './access-record.ts';
import type { AuditEntry, AuditLog, AuditPage } from './ports.ts';
import { accessToSealed } from './sealed-access.ts';
import type { SealedAccess, SealedReader } from './sealed-access.ts';

const nobody: SealedAccess = { kind: 'nobody' };

/** How an administrator reads the log. */
export interface AuditReading {
  filter: AuditFilter;
  /** Whether sealed fields are wanted: without, none is opened, and no access is recorded. */
  wantsSealed: boolean;
}

/**
 * A page of the audit log. If sealed fields are shown, the access is recorded before they are opened.
 * @throws DomainError INVALID_REQUEST; DependencyUnavailable.
 */
export async function readAuditLog(
  deps: { auditLog: Pick<AuditLog, 'page' | 'recordAccess'> },
  reader: SealedReader,
  { filter, wantsSealed }: AuditReading,
  page: { limit: number; cursor: string | null },
): Promise<AuditPage> {
  return deps.auditLog.page(filter, page, wantsSealed ? await accessToSealed(deps, reader, { kind: 'read', filter }) : nobody);
}

/** A few milliseconds of work, between which others get their turn. */
const exportedAtOnce = 100;

/** Every matching entry, newest first, in batches. If sealed fields are shown, the access is recorded before the first entry. */
export async function* exportAuditLog(
  deps: { auditLog: Pick<AuditLog, 'page' | 'recordAccess'> },
  reader: SealedReader,
  { filter, wantsSealed }: AuditReading,
): AsyncGenerator<AuditEntry[]> {
  const access = wantsSealed ? await accessToSealed(deps, reader, { kind: 'export', filter }) : nobody;
  let cursor: string | null = null;
  do {
    const page: AuditPage = await deps.auditLog.page(filter, { limit: exportedAtOnce, cursor }, access);
    yield page.entries;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
