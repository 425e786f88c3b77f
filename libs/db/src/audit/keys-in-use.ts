import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import type { MasterKeys } from './master-keys.ts';
import { open } from './sealing.ts';
import { wrapContextOf } from './vault.ts';

/** The oldest and the newest data key under each master key: what was wrapped by other bytes under the same id is among them. */
const samples = statement(
  'audit-samples-of-keys',
  {},
  () => sql<Sample>`WITH used AS (SELECT master_key_id, min(id::text)::uuid AS oldest, max(id::text)::uuid AS newest FROM audit_data_keys
      WHERE destroyed_at IS NULL GROUP BY master_key_id)
    SELECT k.id, k.model_id AS "modelId", k.master_key_id AS "masterKeyId", k.wrapped_key AS wrapped
    FROM used u JOIN audit_data_keys k ON k.id IN (u.oldest, u.newest) ORDER BY k.id`,
);

interface Sample {
  id: string;
  modelId: string;
  masterKeyId: string;
  wrapped: Buffer;
}

/**
 * Whether the master keys open what is in the database.
 * @returns a line that names the key id and says what to do; undefined when they do. @throws as `Database.query`.
 */
export async function findKeyProblem(database: Pick<Database, 'query'>, masterKeys: MasterKeys): Promise<string | undefined> {
  for (const { id, modelId, masterKeyId, wrapped } of await samples.run(database.query, {})) {
    const master = masterKeys.find((key) => key.id === masterKeyId);
    if (master === undefined) {
      return `AUDIT_MASTER_KEYS does not hold the key "${masterKeyId}", which the audit log of this database is sealed with: add it, from your backup of the keys`;
    }
    try {
      open(master.secret, wrapped, wrapContextOf(id, modelId));
    } catch {
      return `AUDIT_MASTER_KEYS holds another key under the id "${masterKeyId}" than the one that the audit log of this database is sealed with: give that id the bytes it had, and a new key a new id`;
    }
  }
  return undefined;
}

const hasKeys = statement(
  'audit-has-keys',
  {},
  () => sql<{ isThere: boolean }>`SELECT to_regclass('audit_data_keys') IS NOT NULL AS "isThere"`,
);

/**
 * The ids of the master keys that the audit log of a database is sealed with; none in a database that was never migrated.
 * @throws as `Database.query`: that it cannot be looked at does not mean that there are none.
 */
export async function masterKeysInUse(database: Pick<Database, 'query'>): Promise<string[]> {
  const [table] = await hasKeys.run(database.query, {});
  if (table?.isThere !== true) return [];
  const found = await samples.run(database.query, {});
  return [...new Set(found.map(({ masterKeyId }) => masterKeyId))];
}
