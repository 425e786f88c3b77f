import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditFilter, AuditLog } from '@mood/domain';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAuditLog } from './audit-log.ts';
import { createAuditVault } from './vault.ts';

const [sophia, emma] = [randomUUID(), randomUUID()];
const [ann, bob] = [randomUUID(), randomUUID()];

interface Entry {
  modelId: string;
  state: 'neutral' | 'positive' | 'negative';
  by: 'model' | 'admin' | 'system';
  admin?: string;
}

/** Two of them differ in each way that can be asked for. The last two were written in the same instant. */
const entries: readonly Entry[] = [
  { modelId: sophia, state: 'positive', by: 'model' },
  { modelId: emma, state: 'positive', by: 'model' },
  { modelId: sophia, state: 'negative', by: 'admin', admin: ann },
  { modelId: sophia, state: 'negative', by: 'admin', admin: bob },
  { modelId: emma, state: 'neutral', by: 'system' },
  { modelId: sophia, state: 'neutral', by: 'system' },
];
const writtenAt = (index: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, Math.min(index, 4)));

let opened: DatabaseUnderTest;
let log: AuditLog;

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  log = createAuditLog(opened.database, createAuditVault(opened.database, [createMasterKey('m1')]));
  for (const [index, { modelId, state, by, admin = null }] of entries.entries()) {
    await opened.sql.query(
      `INSERT INTO mood_transition_logs
        (id, model_id, version, new_state, changed_by, admin_user_id, auto_respond, response_delay, created_at, hash)
        VALUES (uuidv7(), $1, $2, $3, $4, $5, false, 0, $6, '')`,
      [modelId, index + 1, state, by, admin, writtenAt(index)],
    );
  }
});
afterAll(() => opened.close());

/** The entries that a filter lets through, by their places above. The versions are one more. */
async function found(filter: AuditFilter): Promise<number[]> {
  const { entries: page } = await log.page(filter, { limit: 100, cursor: null }, { kind: 'nobody' });
  return page.map(({ version }) => version - 1).toSorted((a, b) => a - b);
}

describe('the audit log', () => {
  test.each<[string, AuditFilter, number[]]>([
    ['nothing', {}, [0, 1, 2, 3, 4, 5]],
    ['a model', { modelId: emma }, [1, 4]],
    ['who changed it', { changedBy: 'system' }, [4, 5]],
    ['the administrator', { adminUserId: bob }, [3]],
    ['the state that it led to', { state: 'negative' }, [2, 3]],
    ['its beginning', { from: writtenAt(3) }, [3, 4, 5]],
    ['its end', { to: writtenAt(3) }, [0, 1, 2]],
    [
      'all of that',
      { modelId: sophia, changedBy: 'admin', adminUserId: ann, state: 'negative', from: writtenAt(1), to: writtenAt(4) },
      [2],
    ],
    ['somebody who did nothing', { adminUserId: randomUUID() }, []],
  ])('by %s shows what was asked for, and nothing else', async (_what, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  test('has each entry on one page, newest first, also those of one instant', async () => {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await log.page({}, { limit: 1, cursor }, { kind: 'nobody' });
      seen.push(...page.entries.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor !== null && seen.length < 2 * entries.length);
    expect(seen.slice(2)).toEqual([4, 3, 2, 1]);
    expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('does not look as if nothing was sealed to somebody who may not open it', async () => {
    const { entries: page } = await log.page({}, { limit: 1, cursor: null }, { kind: 'nobody' });
    expect(page.map(({ sealed }) => sealed)).toEqual(['hidden']);
  });
});

describe('the record of an access', () => {
  test('is there when whoever recorded it goes on', async () => {
    const filter = { modelId: sophia, from: writtenAt(0) };
    await log.recordAccess({ kind: 'read', adminUserId: ann, filter });
    const { rows } = await opened.sql.query('SELECT kind, admin_user_id, filter FROM mood_audit_accesses');
    expect(rows).toEqual([{ kind: 'read', admin_user_id: ann, filter: { modelId: sophia, from: writtenAt(0).toISOString() } }]);
  });

  test('that cannot be written keeps whoever wanted it from going on', async () => {
    const failing = createAuditLog(
      { ...opened.database, query: () => Promise.reject(new Error('the database is away')) },
      createAuditVault(opened.database, [createMasterKey('m1')]),
    );
    await expect(failing.recordAccess({ kind: 'read', adminUserId: ann, filter: {} })).rejects.toThrow('the database is away');
  });
});
