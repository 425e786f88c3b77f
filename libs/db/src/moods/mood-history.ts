import type { MoodState, MoodStore, MoodTransition } from '@mood/domain';
import { sql } from 'kysely';
import type { AuditVault } from '../audit/vault.ts';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { holdEndedAt } from './holds.ts';

interface HistoryRow {
  id: string | null;
  total: number;
  version: number;
  new_state: MoodState;
  previous_state: MoodState | null;
  effective_at: Date;
  created_at: Date;
  changed_by: MoodTransition['changedBy'];
  admin_user_id: string | null;
  held_until: Date | null;
  hold_ended_at: Date | null;
  custom_message: Buffer | null;
  data_key_id: string | null;
  master_key_id: string | null;
  wrapped_key: Buffer | null;
}

/**
 * Versions of a model are gapless, so the page is a range of versions: its cost does not grow with the offset or with
 * the number of rows, and the newest version is the total.
 */
export const historyPage = statement(
  'mood-history',
  { modelId: 'uuid', limit: 'integer', offset: 'integer', before: 'integer | null' },
  (_, { modelId, limit, offset, before }) =>
    sql<HistoryRow>`WITH newest AS (SELECT coalesce(max(version), 0) AS total FROM mood_transition_logs WHERE model_id = ${modelId})
    SELECT newest.total, l.id, l.version, l.admin_user_id, l.held_until, ${holdEndedAt} AS hold_ended_at, l.new_state, l.previous_state, l.created_at, l.changed_by, l.custom_message,
      -- A reset took effect when the mood before it ended.
      CASE l.changed_by WHEN 'system' THEN coalesce((SELECT e.expires_at FROM mood_transition_logs e
        WHERE e.model_id = ${modelId} AND e.version = l.version - 1), l.created_at) ELSE l.created_at END AS effective_at,
      l.data_key_id, k.master_key_id, k.wrapped_key
    FROM newest
    LEFT JOIN LATERAL (
      SELECT * FROM mood_transition_logs t WHERE t.model_id = ${modelId} AND t.version <= least(newest.total, ${before} - 1) - ${offset}
      ORDER BY t.version DESC LIMIT ${limit}) l ON true
    LEFT JOIN audit_data_keys k ON k.id = l.data_key_id
    ORDER BY l.version DESC`,
);

/** Past moods, as they are in the database that is given: the primary, or a replica. */
export function createMoodHistory(database: Pick<Database, 'query'>, vault: AuditVault): Pick<MoodStore, 'history'> {
  return {
    async history(modelId, { limit, offset, before }, access) {
      const rows = await historyPage.run(database.query, { modelId, limit, offset, before: before ?? null });
      const history = rows.flatMap((row): MoodTransition[] => {
        if (row.id === null) return [];
        const stored =
          row.data_key_id === null ? null : { id: row.data_key_id, modelId, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
        return [
          {
            id: row.id,
            version: row.version,
            adminUserId: row.admin_user_id,
            moodState: row.new_state,
            previousState: row.previous_state,
            changedAt: row.effective_at,
            recordedAt: row.created_at,
            changedBy: row.changed_by,
            heldUntil: row.held_until,
            holdEndedAt: row.hold_ended_at,
            customMessage: vault.open(access, stored, { rowId: row.id, modelId, field: 'custom_message' }, row.custom_message),
          },
        ];
      });
      const last = rows.at(-1);
      const next = last === undefined || last.id === null || last.version <= 1 ? null : last.version;
      return { history, total: rows[0]?.total ?? 0, next };
    },
  };
}
