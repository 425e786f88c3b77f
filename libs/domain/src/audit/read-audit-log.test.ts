import { describe, expect, test } from '@jest/globals';
import type { AuditEntry, AuditLog, AuditPage } from './ports.ts';
import { exportAuditLog, readAuditLog } from './read-audit-log.ts';
import type { SealedAccess, SealedReader } from './sealed-access.ts';

const modelId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const adminUserId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e';
const filter = { modelId, changedBy: 'admin' as const };
const opened = { filter, wantsSealed: true };
const closed = { filter, wantsSealed: false };
const auditor: SealedReader = { role: 'admin', subject: adminUserId, scopes: new Set(['audit:read']) };
const administrator: SealedReader = { ...auditor, scopes: new Set() };

const entry = (version: number): AuditEntry => ({
  id: `entry-${version}`,
  modelId,
  version,
  previousState: null,
  newState: 'positive',
  changedBy: 'model',
  adminUserId: null,
  autoRespond: false,
  responseDelay: 0,
  expiresAt: null,
  heldUntil: null,
  holdEndedAt: null,
  createdAt: new Date('2026-01-02T12:00:00Z'),
  sealed: 'hidden',
  cursor: `after-${version}`,
});

/** A log of these pages. What is asked of it is noted in its order. */
function logOf(pages: AuditPage[], recordAccess: AuditLog['recordAccess'] = async () => {}) {
  const calls: unknown[] = [];
  const auditLog: AuditLog = {
    async page(asked, page, access: SealedAccess) {
      calls.push(['page', asked, page, access.kind]);
      return (
        pages[page.cursor === null ? 0 : pages.findIndex(({ nextCursor }) => nextCursor === page.cursor) + 1] ?? {
          entries: [],
          nextCursor: null,
        }
      );
    },
    chain: async () => ({ model: null, lastVerification: null }),
    async recordAccess(access) {
      await recordAccess(access);
      calls.push(['recorded', access]);
    },
  };
  return { calls, deps: { auditLog } };
}

const twoPages: AuditPage[] = [
  { entries: [entry(3), entry(2)], nextCursor: 'after-2' },
  { entries: [entry(1)], nextCursor: null },
];
const fullDisk = () => Promise.reject(new Error('the disk is full'));

describe('a page of the audit log', () => {
  test('is opened to an auditor once that is in the record', async () => {
    const { calls, deps } = logOf(twoPages);
    expect(await readAuditLog(deps, auditor, opened, { limit: 2, cursor: null })).toEqual(twoPages[0]);
    expect(calls).toEqual([
      ['recorded', { kind: 'read', adminUserId, filter }],
      ['page', filter, { limit: 2, cursor: null }, 'auditor'],
    ]);
  });

  test('stays sealed to other administrators, and nothing is recorded', async () => {
    const { calls, deps } = logOf(twoPages);
    expect(await readAuditLog(deps, administrator, opened, { limit: 2, cursor: 'after-2' })).toEqual(twoPages[1]);
    expect(calls).toEqual([['page', filter, { limit: 2, cursor: 'after-2' }, 'nobody']]);
  });

  test('is not read when that cannot be recorded', async () => {
    const { calls, deps } = logOf(twoPages, fullDisk);
    await expect(readAuditLog(deps, auditor, opened, { limit: 2, cursor: null })).rejects.toThrow('the disk is full');
    expect(calls).toEqual([]);
  });
});

describe('an export of the audit log', () => {
  test('goes through all pages by one filter, and is recorded once, before the first entry', async () => {
    const { calls, deps } = logOf(twoPages);
    const batches: AuditEntry[][] = [];
    for await (const batch of exportAuditLog(deps, auditor, opened)) batches.push(batch);
    expect(batches).toEqual(twoPages.map(({ entries }) => entries));
    expect(calls).toEqual([
      ['recorded', { kind: 'export', adminUserId, filter }],
      ['page', filter, { limit: 100, cursor: null }, 'auditor'],
      ['page', filter, { limit: 100, cursor: 'after-2' }, 'auditor'],
    ]);
  });

  test('has no entry when it cannot be recorded', async () => {
    const { calls, deps } = logOf(twoPages, fullDisk);
    await expect(exportAuditLog(deps, auditor, opened).next()).rejects.toThrow('the disk is full');
    expect(calls).toEqual([]);
  });
});

test('sealed fields that nobody asks for are not opened, and no access is recorded', async () => {
  const { calls, deps } = logOf(twoPages, fullDisk);
  expect(await readAuditLog(deps, auditor, closed, { limit: 2, cursor: null })).toEqual(twoPages[0]);
  await exportAuditLog(deps, auditor, closed).next();
  expect(calls).toEqual([
    ['page', filter, { limit: 2, cursor: null }, 'nobody'],
    ['page', filter, { limit: 100, cursor: null }, 'nobody'],
  ]);
});
