import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { auditorUnderTest } from './auditor.fixture.ts';
import { v7 as uuidv7 } from 'uuid';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAuditVault } from './vault.ts';
import type { AuditVault, SealedPlace, StoredDataKey } from './vault.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

const text = 'Grüße aus Köln 💕';
const placeOf = (modelId: string): SealedPlace => ({ rowId: uuidv7(), modelId, field: 'ip_address' });

async function storedKeyOf(modelId: string): Promise<StoredDataKey> {
  const { rows } = await opened.sql.query(`SELECT * FROM audit_data_keys WHERE model_id = $1 ORDER BY created_at DESC, id DESC`, [modelId]);
  const [row] = rows;
  return { id: row.id, modelId: row.model_id, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
}

async function sealFor(vault: AuditVault, modelId: string) {
  const place = placeOf(modelId);
  const sealed = vault.seal(await vault.keyFor(modelId), place, text);
  if (sealed === null) throw new Error('nothing was sealed');
  return { place, sealed, stored: await storedKeyOf(modelId) };
}

const auditor = await auditorUnderTest();

describe('a sealed value', () => {
  const master = createMasterKey('m1');
  const newVault = () => createAuditVault(opened.database, [master]);

  test('opens in another process, and reads as it was', async () => {
    const { place, sealed, stored } = await sealFor(newVault(), uuidv7());
    expect(sealed.includes(Buffer.from('Köln'))).toBe(false);
    expect(newVault().open(auditor, stored, place, sealed)).toBe(text);
  });

  test.each<[SealedPlace['field'], boolean]>([
    ['custom_message', true],
    ['admin_reason', false],
    ['ip_address', false],
    ['user_agent', false],
  ])('of the field %s opens to a recorded auditor, to its owner (%s), and to nobody else', async (field, opensToOwner) => {
    const vault = newVault();
    const modelId = uuidv7();
    const place = { ...placeOf(modelId), field };
    const sealed = vault.seal(await vault.keyFor(modelId), place, text);
    const stored = await storedKeyOf(modelId);
    expect(vault.open({ kind: 'nobody' }, stored, place, sealed)).toBeNull();
    expect(vault.open({ kind: 'owner', modelId: uuidv7() }, stored, place, sealed)).toBeNull();
    expect(vault.open({ kind: 'owner', modelId }, stored, place, sealed)).toBe(opensToOwner ? text : null);
    expect(vault.open(auditor, stored, place, sealed)).toBe(text);
  });

  test('is never the same twice', async () => {
    const vault = newVault();
    const modelId = uuidv7();
    const key = await vault.keyFor(modelId);
    const place = placeOf(modelId);
    expect(vault.seal(key, place, text)).not.toEqual(vault.seal(key, place, text));
  });

  test('that is absent stays absent', async () => {
    const { place, sealed, stored } = await sealFor(newVault(), uuidv7());
    const vault = newVault();
    expect(vault.seal(await vault.keyFor(place.modelId), place, null)).toBeNull();
    expect(vault.open(auditor, stored, place, null)).toBeNull();
    expect(vault.open(auditor, null, place, sealed)).toBeNull();
  });

  test.each([
    ['row', { rowId: uuidv7() }],
    ['model', { modelId: uuidv7() }],
    ['field', { field: 'user_agent' as const }],
  ])('does not open in another %s', async (_place, elsewhere) => {
    const { place, sealed, stored } = await sealFor(newVault(), uuidv7());
    expect(() => newVault().open(auditor, stored, { ...place, ...elsewhere }, sealed)).toThrow();
  });

  test('does not open when one bit of it is changed, or some of it is missing', async () => {
    const { place, sealed, stored } = await sealFor(newVault(), uuidv7());
    for (const at of [0, 12, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => newVault().open(auditor, stored, place, changed)).toThrow();
    }
    expect(() => newVault().open(auditor, stored, place, sealed.subarray(0, -1))).toThrow();
  });

  test('does not open with the key of another model', async () => {
    const { place, sealed } = await sealFor(newVault(), uuidv7());
    const other = await sealFor(newVault(), uuidv7());
    expect(() => newVault().open(auditor, other.stored, place, sealed)).toThrow();
  });

  test('does not open with a data key that was moved to another model', async () => {
    const { place, sealed, stored } = await sealFor(newVault(), uuidv7());
    expect(() => newVault().open(auditor, { ...stored, modelId: uuidv7() }, place, sealed)).toThrow();
  });

  test('does not open with a wrong master key, though it has the right name', async () => {
    const { place, sealed, stored } = await sealFor(newVault(), uuidv7());
    const wrong = createAuditVault(opened.database, [createMasterKey('m1')]);
    expect(() => wrong.open(auditor, stored, place, sealed)).toThrow();
    await expect(wrong.keyFor(place.modelId)).rejects.toThrow();
  });

  test('reads as null once its key is destroyed, even where the key was in use; the next value gets a new key', async () => {
    const vault = newVault();
    const { place, sealed, stored } = await sealFor(vault, uuidv7());
    expect(vault.open(auditor, stored, place, sealed)).toBe(text);
    await opened.sql.query(`UPDATE audit_data_keys SET wrapped_key = NULL, master_key_id = NULL, destroyed_at = now() WHERE id = $1`, [
      stored.id,
    ]);
    const destroyed = await storedKeyOf(place.modelId);
    expect(destroyed.wrappedKey).toBeNull();
    expect(vault.open(auditor, destroyed, place, sealed)).toBeNull();
    expect(newVault().open(auditor, destroyed, place, sealed)).toBeNull();
    const next = await sealFor(newVault(), place.modelId);
    expect(next.stored.id).not.toBe(stored.id);
    expect(newVault().open(auditor, next.stored, next.place, next.sealed)).toBe(text);
  });
});

test('a process that has opened a key keeps it for a minute, and then reads it anew', async () => {
  const master = createMasterKey('m1');
  const { place, sealed, stored } = await sealFor(createAuditVault(opened.database, [master]), uuidv7());
  const unreadable = { ...stored, wrappedKey: Buffer.alloc(60) };
  const vault = createAuditVault(opened.database, [master]);
  const started = performance.now();
  const now = jest.spyOn(performance, 'now').mockReturnValue(started);
  try {
    expect(vault.open(auditor, stored, place, sealed)).toBe(text);
    for (const ms of [59_000, 60_001]) {
      now.mockReturnValue(started + ms);
      // The cache of keys remembers what time it is for a millisecond.
      await pause(5);
      const open = () => vault.open(auditor, unreadable, place, sealed);
      if (ms < 60_000) expect(open()).toBe(text);
      else expect(open).toThrow();
    }
  } finally {
    now.mockRestore();
  }
});

describe('the data key of a model', () => {
  test('is one, though many processes make it at once', async () => {
    const master = createMasterKey('m1');
    const others = Array.from({ length: 3 }, () => opened.connectAnother());
    for (let round = 0; round < 10; round += 1) {
      const modelId = uuidv7();
      const vaults = [...others, ...others].map((database) => createAuditVault(database, [master]));
      const keys = await Promise.all(vaults.map((vault) => vault.keyFor(modelId)));
      expect(new Set(keys.map((key) => `${key.id} ${key.secret.export().toString('hex')}`)).size).toBe(1);
      const { rows } = await opened.sql.query(`SELECT id FROM audit_data_keys WHERE model_id = $1`, [modelId]);
      expect(rows).toEqual([{ id: keys[0]?.id }]);
    }
  });

  test('is asked for once: later moods find it in memory', async () => {
    const database = opened.connectAnother();
    const vault = createAuditVault(database, [createMasterKey('m1')]);
    const modelId = uuidv7();
    const key = await vault.keyFor(modelId);
    await database.close();
    expect(await vault.keyFor(modelId)).toBe(key);
  });
});

describe('when master keys rotate', () => {
  const [old, current] = [createMasterKey('old'), createMasterKey('new')];

  test('what the old one wrapped still opens, and new data keys are wrapped by the new one', async () => {
    const before = await sealFor(createAuditVault(opened.database, [old]), uuidv7());
    expect(before.stored.masterKeyId).toBe('old');

    const rotated = createAuditVault(opened.database, [current, old]);
    expect(rotated.open(auditor, before.stored, before.place, before.sealed)).toBe(text);
    const again = await sealFor(rotated, before.place.modelId);
    expect(again.stored).toEqual(before.stored);
    const after = await sealFor(rotated, uuidv7());
    expect(after.stored.masterKeyId).toBe('new');
  });

  test('and the old one is taken away too early, the missing key is named', async () => {
    const before = await sealFor(createAuditVault(opened.database, [old]), uuidv7());
    const tooEarly = createAuditVault(opened.database, [current]);
    expect(() => tooEarly.open(auditor, before.stored, before.place, before.sealed)).toThrow(
      `audit data key ${before.stored.id} needs master key "old", which AUDIT_MASTER_KEYS does not hold`,
    );
  });
});
