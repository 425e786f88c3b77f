import { distinctMoods } from '@mood/domain';
import type { MoodState, RecentMood, RecentMoods } from '@mood/domain';
import { sql } from 'kysely';
import type { AuditVault } from '../audit/vault.ts';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

/** So many of the last changes are looked through, whoever made them. */
const lookedThrough = 200;

interface ChangeRow {
  id: string;
  new_state: MoodState;
  custom_message: Buffer | null;
  auto_respond: boolean;
  response_delay: number;
  created_at: Date;
  data_key_id: string | null;
  master_key_id: string | null;
  wrapped_key: Buffer | null;
}

// Versions of a model have no gaps: the last changes are a range of them. Who made them is asked in words that no index serves: it would give all of
// that author's changes.
const ownChanges = statement(
  'own-mood-changes',
  { modelId: 'uuid' },
  (
    _,
    { modelId },
  ) => sql<ChangeRow>`SELECT l.id, l.new_state, l.custom_message, l.auto_respond, l.response_delay, l.created_at, l.data_key_id,
      k.master_key_id, k.wrapped_key
    FROM (SELECT max(t.version) AS version FROM mood_transition_logs t WHERE t.model_id = ${modelId}) newest
    JOIN mood_transition_logs l ON l.model_id = ${modelId} AND l.version > newest.version - ${lookedThrough}::bigint AND l.version <= newest.version
    LEFT JOIN audit_data_keys k ON k.id = l.data_key_id
    WHERE CASE l.changed_by WHEN 'model' THEN true ELSE false END ORDER BY l.version DESC`,
);

/** The model's own messages are opened for it, and for nobody else. */
export function createRecentMoods(database: Database, vault: AuditVault): RecentMoods {
  function* used(modelId: string, rows: readonly ChangeRow[]): Generator<RecentMood> {
    for (const row of rows) {
      const key =
        row.data_key_id === null ? null : { id: row.data_key_id, modelId, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
      const place = { rowId: row.id, modelId, field: 'custom_message' } as const;
      const customMessage = vault.open({ kind: 'owner', modelId }, key, place, row.custom_message);
      if (customMessage === null && row.custom_message !== null) continue;
      yield {
        moodState: row.new_state,
        customMessage,
        autoRespond: row.auto_respond,
        responseDelay: row.response_delay,
        lastUsedAt: row.created_at,
      };
    }
  }

  return {
    async of(modelId) {
      return distinctMoods(used(modelId, await ownChanges.run(database.query, { modelId })));
    },
  };
}
