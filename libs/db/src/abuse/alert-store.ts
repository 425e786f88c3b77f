import type { AbuseAlert, AlertStore } from '@mood/domain';
import { sql } from 'kysely';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

interface AlertRow extends Omit<AbuseAlert, 'status'> {
  micros: string;
}

const columns = sql`id, model_id AS "modelId", rule, threshold, count, peak, opened_at AS "openedAt", last_seen_at AS "lastSeenAt",
  closed_at AS "closedAt", acknowledged_at AS "acknowledgedAt", acknowledged_by AS "acknowledgedBy", note,
  (extract(epoch FROM opened_at) * 1000000)::bigint::text AS micros`;

const list = statement(
  'list-abuse-alerts',
  { status: 'text | null', rule: 'text | null', modelId: 'uuid | null', micros: 'bigint | null', id: 'uuid | null', limit: 'integer' },
  (_, { status, rule, modelId, micros, id, limit }) => sql<AlertRow>`SELECT ${columns} FROM abuse_alerts
    WHERE (${status} IS NULL OR ${status} = CASE WHEN closed_at IS NOT NULL THEN 'closed' WHEN acknowledged_at IS NULL THEN 'open' ELSE 'acknowledged' END)
      AND (${rule} IS NULL OR rule = ${rule}) AND (${modelId} IS NULL OR model_id = ${modelId})
      AND (${id} IS NULL OR (opened_at, id) < (timestamptz 'epoch' + ${micros} * interval '1 microsecond', ${id}))
    ORDER BY opened_at DESC, id DESC LIMIT ${limit} + 1`,
);

const acknowledge = statement(
  'acknowledge-abuse-alert',
  { id: 'uuid', by: 'uuid', note: 'text' },
  (_, { id, by, note }) => sql<AlertRow>`UPDATE abuse_alerts SET acknowledged_at = coalesce(acknowledged_at, clock_timestamp()),
      acknowledged_by = CASE WHEN acknowledged_at IS NULL THEN ${by} ELSE acknowledged_by END,
      note = CASE WHEN acknowledged_at IS NULL THEN ${note} ELSE note END
    WHERE id = ${id} RETURNING ${columns}`,
);

function toAlert(row: AlertRow): AbuseAlert {
  const { micros: _, ...alert } = row;
  return { ...alert, status: row.closedAt !== null ? 'closed' : row.acknowledgedAt === null ? 'open' : 'acknowledged' };
}

export function createAlertStore(database: Database): AlertStore {
  return {
    async list({ status = null, rule = null, modelId = null }, { limit, cursor }) {
      const { micros, id } = cursor === null ? { micros: null, id: null } : readCursor(cursor);
      const rows = await list.run(database.query, { status, rule, modelId, micros, id, limit });
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return { alerts: shown.map(toAlert), nextCursor: last === undefined ? null : writeCursor(last) };
    },
    async acknowledge(id, { adminUserId, note }) {
      const [row] = await acknowledge.run(database.query, { id, by: adminUserId, note });
      return row === undefined ? null : toAlert(row);
    },
  };
}
