import { createTimeSlices } from '@mood/domain';
import type { AuditEntry, AuditLog, SealedAccess } from '@mood/domain';
import { sql } from 'kysely';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Database } from '../database.ts';
import { holdEndedAt } from '../moods/holds.ts';
import { statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';
import { findLastVerification } from './record-verification.ts';
import type { AuditProblem } from './verify-range.ts';
import { verifyAuditLog } from './verify-log.ts';
import type { AuditVault, SealedField, StoredDataKey } from './vault.ts';

const filters = {
  modelId: 'uuid | null',
  version: 'bigint | null',
  changedBy: 'text | null',
  adminUserId: 'uuid | null',
  state: 'text | null',
  from: 'timestamptz | null',
  to: 'timestamptz | null',
  afterMicros: 'bigint | null',
  afterId: 'uuid | null',
  rows: 'integer',
} as const;

const page = statement(
  'audit-page',
  filters,
  (db, { modelId, version, changedBy, adminUserId, state, from, to, afterMicros, afterId, rows }) =>
    db
      .selectFrom('mood_transition_logs as l')
      .leftJoin('audit_data_keys as k', 'k.id', 'l.data_key_id')
      .selectAll('l')
      // JavaScript's dates end at milliseconds.
      .select(sql<string>`(extract(epoch FROM l.created_at) * 1000000)::bigint::text`.as('created_micros'))
      .select(holdEndedAt.as('hold_ended_at'))
      .select(['k.master_key_id', 'k.wrapped_key'])
      .where(sql<boolean>`(${modelId} IS NULL OR l.model_id = ${modelId}) AND (${changedBy} IS NULL OR l.changed_by = ${changedBy})
      AND (${version} IS NULL OR l.version = ${version}) AND (${adminUserId} IS NULL OR l.admin_user_id = ${adminUserId}) AND (${state} IS NULL OR l.new_state = ${state})
      AND (${from} IS NULL OR l.created_at >= ${from}) AND (${to} IS NULL OR l.created_at < ${to})
      AND (${afterMicros} IS NULL OR (l.created_at, l.id) < (timestamptz 'epoch' + ${afterMicros} * interval '1 microsecond', ${afterId}))`)
      .orderBy('l.created_at', 'desc')
      .orderBy('l.id', 'desc')
      .limit(rows),
);

const recordAccess = statement(
  'record-audit-access',
  { kind: 'text', adminUserId: 'uuid | null', filter: 'jsonb' },
  (_, { kind, adminUserId, filter }) => sql<object>`SELECT record_audit_access(${kind}, ${adminUserId}, ${filter})`,
);

/** The audit log as administrators read it. The vault opens what the reader has access to. */
export function createAuditLog(database: Database, vault: AuditVault): AuditLog {
  return {
    async page(filter, { limit, cursor }, access) {
      const after = cursor === null ? null : readCursor(cursor);
      // Nobody else names an administrator: all that the administrator did would be read through for nothing.
      if (filter.adminUserId !== undefined && (filter.changedBy ?? 'admin') !== 'admin') return { entries: [], nextCursor: null };
      // One more than asked for says whether there is more.
      const rows = await page.run(database.query, {
        modelId: filter.modelId ?? null,
        version: filter.version ?? null,
        changedBy: filter.changedBy ?? null,
        adminUserId: filter.adminUserId ?? null,
        state: filter.state ?? null,
        from: filter.from ?? null,
        to: filter.to ?? null,
        afterMicros: after?.micros ?? null,
        afterId: after?.id ?? null,
        rows: limit + 1,
      });
      const giveWay = createTimeSlices();
      const entries: AuditEntry[] = [];
      for (const row of rows.slice(0, limit)) {
        entries.push(toEntry(row, sealedOf(vault, row, access)));
        await giveWay();
      }
      return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.cursor ?? null) : null };
    },

    async chain(modelId) {
      const verified = modelId === null ? null : await verifyAuditLog(database, { modelId });
      const last = await findLastVerification(database);
      return {
        model: modelId === null || verified === null ? null : { modelId, entries: verified.rows, problem: inWords(verified.first) },
        lastVerification:
          last === undefined
            ? null
            : { verifiedUntil: last.verified_until, models: last.models, complete: last.complete, entries: last.rows },
      };
    },

    async recordAccess({ kind, adminUserId, filter }) {
      await recordAccess.run(database.query, { kind, adminUserId, filter: JSON.stringify(filter) });
    },
  };
}

function inWords(found: AuditProblem | null): string | null {
  if (found === null) return null;
  return found.version === null ? found.problem : `Version ${found.version}: ${found.problem}`;
}

function toEntry(row: RowOf<typeof page>, sealed: AuditEntry['sealed']): AuditEntry {
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
    heldUntil: row.held_until,
    holdEndedAt: row.hold_ended_at,
    createdAt: row.created_at,
    sealed,
    cursor: writeCursor({ micros: row.created_micros, id: row.id }),
  };
}

function sealedOf(vault: AuditVault, row: RowOf<typeof page>, access: SealedAccess): AuditEntry['sealed'] {
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
