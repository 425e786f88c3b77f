import { createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mayOpen } from '@mood/domain';
import type { SealedAccess } from '@mood/domain';
import { sql } from 'kysely';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import { open, seal } from './sealing.ts';

/** The personal fields of an audit row. */
export type SealedField = 'admin_reason' | 'custom_message' | 'ip_address' | 'user_agent';

/** Where a sealed value stands: it opens nowhere else. */
export interface SealedPlace {
  rowId: string;
  modelId: string;
  field: SealedField;
}

/** A data key as a row of `audit_data_keys` holds it. A destroyed key has no `wrappedKey`. */
export interface StoredDataKey {
  id: string;
  modelId: string;
  masterKeyId: string | null;
  wrappedKey: Buffer | null;
}

interface DataKey {
  id: string;
  secret: KeyObject;
}

interface DataKeyRow {
  id: string | null;
  master_key_id: string;
  wrapped_key: Buffer;
}

const ensureDataKey = statement(
  'audit-key',
  { id: 'uuid', modelId: 'uuid', masterKeyId: 'text', wrappedKey: 'bytea' },
  (_, { id, modelId, masterKeyId, wrappedKey }) =>
    sql<DataKeyRow>`SELECT * FROM ensure_data_key(${id}, ${modelId}, ${masterKeyId}, ${wrappedKey})`,
);

/** How long another process can still open what a destroyed key has sealed, in milliseconds. */
const cachedKeyTtlMs = 60_000;

const contextOf = (place: SealedPlace) => `${place.rowId}|${place.modelId}|${place.field}`;
/** A wrapped data key opens as nobody else's. */
export const wrapContextOf = (keyId: string, modelId: string) => `${keyId}|${modelId}`;

/**
 * Seals and opens the audit log's personal fields. Each model has a data key of its own, wrapped by a master key:
 * destroying that one key makes the person's data unreadable while every row stays where it is.
 */
export interface AuditVault {
  /** The model's data key; made on first use, which costs one more round trip. */
  keyFor(modelId: string): Promise<DataKey>;
  /** The key turned out to be destroyed: the next `keyFor` finds or makes another. */
  forget(modelId: string): void;
  seal(key: DataKey, place: SealedPlace, text: string | null): Buffer | null;
  /** @returns null for an absent value, for one that the access does not open, and for one whose key was destroyed. */
  open(access: SealedAccess, stored: StoredDataKey | null, place: SealedPlace, sealed: Buffer | null): string | null;
}

export function createAuditVault(database: Database, masterKeys: MasterKeys): AuditVault {
  // Without a time limit: a change of mood checks in its own transaction that the key is still there.
  const currentKeys = new LRUCache<string, DataKey>(roomFor(50_000));
  const openedKeys = new LRUCache<string, KeyObject>({ ...roomFor(20_000), ttl: cachedKeyTtlMs });
  const keysById = new Map<string, MasterKey>(masterKeys.map((key) => [key.id, key]));

  function unwrap(stored: StoredDataKey): KeyObject | null {
    if (stored.wrappedKey === null || stored.masterKeyId === null) return null;
    const cached = openedKeys.get(stored.id);
    if (cached !== undefined) return cached;
    const master = keysById.get(stored.masterKeyId);
    if (master === undefined)
      throw new Error(`audit data key ${stored.id} needs master key "${stored.masterKeyId}", which AUDIT_MASTER_KEYS does not hold`);
    const secret = createSecretKey(open(master.secret, stored.wrappedKey, wrapContextOf(stored.id, stored.modelId)));
    openedKeys.set(stored.id, secret);
    return secret;
  }

  async function loadOrCreate(modelId: string): Promise<DataKey> {
    const [master] = masterKeys;
    const id = uuidv7();
    const fresh = randomBytes(32);
    // Two processes may make a key at once: the unique index keeps one, and both read that one.
    const wrappedKey = seal(master.secret, fresh, wrapContextOf(id, modelId));
    const [row] = await ensureDataKey.run(database.query, { id, modelId, masterKeyId: master.id, wrappedKey });
    // Made and destroyed again, both in the time of that statement.
    if (row === undefined || row.id === null) return loadOrCreate(modelId);
    const secret = unwrap({ id: row.id, modelId, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key });
    if (secret === null) throw new Error(`audit data key ${row.id} has no wrapped key`);
    const key = { id: row.id, secret };
    currentKeys.set(modelId, key);
    return key;
  }

  return {
    async keyFor(modelId) {
      return currentKeys.get(modelId) ?? (await loadOrCreate(modelId));
    },
    forget(modelId) {
      currentKeys.delete(modelId);
    },
    seal(key, place, text) {
      return text === null ? null : seal(key.secret, text, contextOf(place));
    },
    open(access, stored, place, sealed) {
      if (sealed === null || stored === null) return null;
      if (!mayOpen(access, { modelId: place.modelId, isMessage: place.field === 'custom_message' })) return null;
      const secret = unwrap(stored);
      return secret === null ? null : open(secret, sealed, contextOf(place)).toString('utf8');
    },
  };
}
