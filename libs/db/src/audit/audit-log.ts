import { createTimeSlices } from '@mood/domain';
import type { AuditEntry, AuditLog, ChangedBy, MoodState, SealedAccess } from '@mood/domain';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Database } from '../database.ts';
import type { AuditVault, SealedField, StoredDataKey } from './vault.ts';

interface EntryRow {
  id: string;
  model_id: string;
  version: number;
  previous_state: MoodState | null;
  new_state: MoodState;
  changed_by: ChangedBy;
  admin_user_id: string | null;
  admin_reason: Buffer | null;
  custom_message: Buffer | null;
  ip_address: Buffer | null;
  user_agent: Buffer | null;
  data_key_id: string | null;
  auto_respond: boolean;
  response_delay: number;
  expires_at: Date | null;
  created_at: Date;
  /** JavaScript's dates end at milliseconds. */
  created_micros: string;
  master_key_id: string | null;
  wrapped_key: Buffer | null;
}

const page = {
  name: 'audit-page',
  text: `SELECT l.*, (extract(epoch FROM l.created_at) * 1000000)::bigint::text AS created_micros, k.master_key_id, k.wrapped_key
    FROM mood_transition_logs l LEFT JOIN audit_data_keys k ON k.id = l.data_key_id
    WHERE ($1::uuid IS NULL OR l.model_id = $1) AND ($2::text IS NULL OR l.changed_by = $2)
      AND ($3::uuid IS NULL OR l.admin_user_id = $3) AND ($4::text IS NULL OR l.new_state = $4)
      AND ($5::timestamptz IS NULL OR l.created_at >= $5) AND ($6::timestamptz IS NULL OR l.created_at < $6)
      AND ($7::bigint IS NULL OR (l.created_at, l.id) < (timestamptz 'epoch' + $7 * interval '1 microsecond', $8::uuid))
    ORDER BY l.created_at DESC, l.id DESC LIMIT $9`,
};

export const recordAccess = { name: 'record-audit-access', text: `SELECT record_audit_access($1, $2, $3)` };

/** The audit log as administrators read it. The vault opens what the reader has access to. */
export function createAuditLog(database: Database, vault: AuditVault): AuditLog {
  return {
    async page(filter, { limit, cursor }, access) {
      const after = cursor === null ? null : readCursor(cursor);
      // One more than asked for says whether there is more.
      const rows = await database.query<EntryRow>(page, [
        filter.modelId,
        filter.changedBy,
        filter.adminUserId,
        filter.state,
        filter.from,
        filter.to,
        after?.micros,
        after?.id,
        limit + 1,
      ]);
      const giveWay = createTimeSlices();
      const entries: AuditEntry[] = [];
      for (const row of rows.slice(0, limit)) {
        entries.push(toEntry(row, sealedOf(vault, row, access)));
        await giveWay();
      }
      return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.cursor ?? null) : null };
    },

    async recordAccess({ kind, adminUserId, filter }) {
      await database.query(recordAccess, [kind, adminUserId, JSON.stringify(filter)]);
    },
  };
}

function toEntry(row: EntryRow, sealed: AuditEntry['sealed']): AuditEntry {
  return {
    id: row.id,
    modelId: row.model_id,
    version: row.version,
    previousState: row.previous_state,
    newState: row.new_state,
    changedBy: row.changed_by,
    adminUserId: row.admin_user_id,
    autoRespond: row.auto_respond,
    responseDelay: row.response_delay,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    sealed,
    cursor: writeCursor({ micros: row.created_micros, id: row.id }),
  };
}

function sealedOf(vault: AuditVault, row: EntryRow, access: SealedAccess): AuditEntry['sealed'] {
  if (access.kind === 'nobody') return 'hidden';
  const key: StoredDataKey | null =
    row.data_key_id === null
      ? null
      : { id: row.data_key_id, modelId: row.model_id, masterKeyId: row.master_key_id, wrappedKey: row.wrapped_key };
  if (key !== null && key.wrappedKey === null) return 'erased';
  const open = (field: SealedField) => vault.open(access, key, { rowId: row.id, modelId: row.model_id, field }, row[field]);
  return {
    adminReason: open('admin_reason'),
    customMessage: open('custom_message'),
    ipAddress: open('ip_address'),
    userAgent: open('user_agent'),
  };
}
