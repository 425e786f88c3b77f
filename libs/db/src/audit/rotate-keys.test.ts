import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditorUnderTest } from './auditor.fixture.ts';
import type { SealedDetails } from '@mood/domain';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from '../moods/mood-store.ts';
import { createAuditLog } from './audit-log.ts';
import { writeAuditLog } from './audit-log.fixture.ts';
import { eraseModel } from './erase.ts';
import type { MasterKeys } from './master-keys.ts';
import { MasterKeyMissing, rotateDataKeys } from './rotate-keys.ts';
import { createAuditVault } from './vault.ts';
import { verifyAuditLog } from './verify-log.ts';

const [old, fresh] = [createMasterKey('old'), createMasterKey('fresh')];

let opened: DatabaseUnderTest;
beforeEach(async () => {
  opened = await openDatabaseUnderTest();
});
afterEach(() => opened.close());

const logWith = (keys: MasterKeys) => createAuditLog(opened.database, createAuditVault(opened.database, keys));

/** Every entry of a model, opened by a process that has just started. */
async function readAll(keys: MasterKeys, modelId: string): Promise<(SealedDetails | string)[]> {
  const { entries } = await logWith(keys).page({ modelId }, { limit: 100, cursor: null }, await auditorUnderTest());
  return entries.map(({ sealed }) => sealed);
}

const keysUnder = async (id: string) => {
  const { rows } = await opened.sql.query(`SELECT count(*)::int AS keys FROM audit_data_keys WHERE master_key_id = $1`, [id]);
  return rows[0].keys;
};

describe('rotating the master key', () => {
  test('leaves everything readable: before by the old key, after by the new one alone', async () => {
    const ids = await writeAuditLog(opened.database, createAuditVault(opened.database, [old]), 4, 4);
    const before = await Promise.all(ids.map((id) => readAll([old], id)));
    expect(before[0]?.[0]).toEqual({
      adminReason: null,
      customMessage: 'Message 3',
      ipAddress: '203.0.113.77',
      userAgent: 'Browser of the test',
    });
    const seen: number[][] = [];
    expect(await rotateDataKeys(opened.database, [fresh, old], (done, total) => void seen.push([done, total]))).toBe(4);
    expect(seen).toEqual([[4, 4]]);
    expect([await keysUnder('old'), await keysUnder('fresh')]).toEqual([0, 4]);
    expect(await Promise.all(ids.map((id) => readAll([fresh], id)))).toEqual(before);
    expect(await rotateDataKeys(opened.database, [fresh, old])).toBe(0);
    expect((await verifyAuditLog(opened.database)).problems).toBe(0);
  });

  test('under load fails no change and no reading', async () => {
    const running: MasterKeys = [fresh, old];
    const vault = createAuditVault(opened.database, [old]);
    const ids = await writeAuditLog(opened.database, vault, 30, 1);
    const process = opened.connectAnother();
    const moods = createMoodStore(process, createAuditVault(process, running));
    const over = new AbortController();
    let worked = 0;
    const settings = { moodState: 'positive', customMessage: 'On and on', autoRespond: false, responseDelay: 0, expiresAt: null } as const;
    const work = async (offset: number) => {
      for (let n = offset; !over.signal.aborted; n += 3) {
        const modelId = ids[n % ids.length] ?? '';
        const actor = { kind: 'model', modelId, origin: { ipAddress: '203.0.113.1', userAgent: 'a' } } as const;
        const outcome = await moods.change(modelId, settings, actor, { hourlyLimit: null, termsVersion: null, holdMinutes: null });
        expect(outcome.kind).toBe('changed');
        const { history } = await moods.history(modelId, { limit: 1, offset: 0 }, { kind: 'owner', modelId });
        expect(history[0]?.customMessage).toBe('On and on');
        worked += 1;
        await turn();
      }
    };
    const isEnough = () => worked > 20;
    const load = Promise.all([0, 1, 2].map((offset) => work(offset).finally(() => over.abort())));
    // Back and forth, so that it goes on for a while, and until there was a load.
    for (let round = 0; !over.signal.aborted && (round < 10 || !isEnough()); round += 1) {
      await rotateDataKeys(opened.database, running);
      await rotateDataKeys(opened.database, [old, fresh]);
    }
    await rotateDataKeys(opened.database, running);
    over.abort();
    await load;
    expect(isEnough()).toBe(true);
    expect(await keysUnder('old')).toBe(0);
    for (const id of ids) expect(await readAll([fresh], id)).not.toContain('erased');
    expect((await verifyAuditLog(opened.database)).problems).toBe(0);
  });

  test('changes nothing when some key is wrapped by a master key that is not given', async () => {
    await writeAuditLog(opened.database, createAuditVault(opened.database, [old]), 2, 1);
    await expect(rotateDataKeys(opened.database, [fresh])).rejects.toThrow(MasterKeyMissing);
    await expect(rotateDataKeys(opened.database, [fresh])).rejects.toThrow('"old" (2)');
    expect(await keysUnder('old')).toBe(2);
  });
});

describe('erasing a model', () => {
  test('makes its personal fields unreadable, and those of nobody else; the log still verifies', async () => {
    const [gone = '', other = ''] = await writeAuditLog(opened.database, createAuditVault(opened.database, [old]), 2, 3);
    expect(await eraseModel(opened.database, gone)).toBe(1);
    expect(await readAll([old], gone)).toEqual(['erased', 'erased', 'erased']);
    expect(await readAll([old], other)).not.toContain('erased');
    expect((await verifyAuditLog(opened.database)).problems).toBe(0);
    expect(await eraseModel(opened.database, gone)).toBe(0);
    const { rows } = await opened.sql.query(`SELECT kind, admin_user_id, filter FROM mood_audit_accesses`);
    expect(rows).toEqual([{ kind: 'erase', admin_user_id: null, filter: { modelId: gone } }]);
  });

  test('lets the model go on: what it does next has a key of its own', async () => {
    const vault = createAuditVault(opened.database, [old]);
    const [modelId = ''] = await writeAuditLog(opened.database, vault, 1, 2);
    await eraseModel(opened.database, modelId);
    const settings = { moodState: 'neutral', customMessage: 'Here again', autoRespond: false, responseDelay: 0, expiresAt: null } as const;
    const actor = { kind: 'model', modelId, origin: { ipAddress: null, userAgent: null } } as const;
    await createMoodStore(opened.database, vault).change(modelId, settings, actor, {
      hourlyLimit: null,
      termsVersion: null,
      holdMinutes: null,
    });
    expect(await readAll([old], modelId)).toEqual([
      { adminReason: null, customMessage: 'Here again', ipAddress: null, userAgent: null },
      'erased',
      'erased',
    ]);
    await rotateDataKeys(opened.database, [fresh, old]);
    expect((await readAll([fresh], modelId))[0]).toMatchObject({ customMessage: 'Here again' });
  });
});
