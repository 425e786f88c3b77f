import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

const erase = statement(
  'audit-erase',
  { modelId: 'uuid' },
  (_, { modelId }) => sql<{ id: string }>`WITH destroyed AS (
      UPDATE audit_data_keys SET wrapped_key = NULL, master_key_id = NULL, destroyed_at = clock_timestamp()
      WHERE model_id = ${modelId} AND destroyed_at IS NULL RETURNING id),
    recorded AS (
      INSERT INTO mood_audit_accesses (kind, filter) SELECT 'erase', jsonb_build_object('modelId', ${modelId})
      WHERE EXISTS (SELECT 1 FROM destroyed))
    SELECT id FROM destroyed`,
);

/**
 * Destroys the data keys of a model: what they have sealed can never be read again, and every row stays where it is. Recorded.
 * @returns how many keys there were. Running processes may hold an opened key: see the vault.
 */
export async function eraseModel(database: Database, modelId: string): Promise<number> {
  return (await erase.run(database.query, { modelId })).length;
}
