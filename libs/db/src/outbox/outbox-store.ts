import type { ChangedBy, MoodState, NotificationType, OutboxPromise, OutboxStore } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';

/** The queue of the first job of each kind. */
const queueOfKind = { 'mood-changed': 'analytics', notification: 'message-delivery', 'auto-reply': 'auto-reply' } as const;

/** Events per analytics call. */
export const eventsPerJob = 100;

interface ClaimedRow {
  id: string;
  kind: OutboxPromise['kind'];
  model_id: string;
  job_id: string;
  version: number | null;
  expires_at: Date | null;
  remaining_ms: number;
}

// SKIP LOCKED keeps several relays apart. There is no cursor over ids: a transaction that commits late would be skipped.
// One batch of events shares a job, so its id comes from the claim; the other kinds have a job each.
const claim = {
  name: 'outbox-claim',
  text: `WITH due AS MATERIALIZED (
      SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY id) - 1 AS place FROM (
        SELECT id, kind FROM outbox WHERE job_id IS NULL AND failed_at IS NULL
        ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) taken)
    UPDATE outbox o SET
      generation = o.generation + 1,
      checks = 0,
      queue = CASE o.kind WHEN 'mood-changed' THEN '${queueOfKind['mood-changed']}'
        WHEN 'notification' THEN '${queueOfKind.notification}' ELSE '${queueOfKind['auto-reply']}' END,
      job_id = CASE o.kind WHEN 'mood-changed' THEN 'events-' || $2 || '-' || (due.place / ${eventsPerJob})
        WHEN 'notification' THEN 'notify-' || o.id || '-g' || (o.generation + 1)
        ELSE 'reply-' || o.id || '-g' || (o.generation + 1) END,
      check_after = greatest(o.due_at, clock_timestamp()) + make_interval(secs => $3)
    FROM due WHERE o.id = due.id
    RETURNING o.id, o.kind, o.model_id, o.job_id, (o.payload->>'version')::bigint AS version,
      (o.payload->>'expiresAt')::timestamptz AS expires_at,
      extract(epoch FROM o.due_at - clock_timestamp())::double precision * 1000 AS remaining_ms`,
};

const claimOverdue = {
  name: 'outbox-claim-overdue',
  text: `WITH overdue AS MATERIALIZED (
      SELECT id FROM outbox WHERE job_id IS NOT NULL AND failed_at IS NULL AND check_after <= clock_timestamp()
      ORDER BY check_after LIMIT $1 FOR UPDATE SKIP LOCKED)
    UPDATE outbox o SET checks = o.checks + 1,
      check_after = clock_timestamp() + least(make_interval(secs => $2 * power(2, least(o.checks, 10))), interval '10 minutes')
    FROM overdue WHERE o.id = overdue.id RETURNING o.id, o.kind, o.queue, o.job_id`,
};

/** @param patienceSeconds how long after its due time a promise may stay unconfirmed before the reconciler looks at its job. */
export function createOutboxStore(database: Database, patienceSeconds: number): OutboxStore {
  return {
    async claim(limit) {
      const rows = await database.query<ClaimedRow>(claim, [limit, uuidv7(), patienceSeconds]);
      return rows.map((row): OutboxPromise => {
        const base = { id: row.id, modelId: row.model_id, jobId: row.job_id };
        switch (row.kind) {
          case 'mood-changed':
            return { ...base, kind: row.kind, version: row.version ?? 0, expiresAt: row.expires_at };
          case 'notification':
            return { ...base, kind: row.kind };
          case 'auto-reply':
            return { ...base, kind: row.kind, remainingMs: row.remaining_ms };
        }
      });
    },

    async claimOverdue(limit) {
      const rows = await database.query<{ id: string; kind: OutboxPromise['kind']; queue: string; job_id: string }>(claimOverdue, [
        limit,
        patienceSeconds,
      ]);
      return rows.map((row) => ({ id: row.id, kind: row.kind, queue: row.queue, jobId: row.job_id }));
    },

    async release(ids) {
      await database.query(
        { name: 'outbox-release', text: `UPDATE outbox SET job_id = NULL, queue = NULL WHERE id = ANY($1::uuid[]) AND failed_at IS NULL` },
        [ids],
      );
    },

    async markFailed(ids) {
      await database.query(
        { name: 'outbox-mark-failed', text: `UPDATE outbox SET failed_at = clock_timestamp() WHERE id = ANY($1::uuid[])` },
        [ids],
      );
    },

    async confirm(ids) {
      await database.query({ name: 'outbox-confirm', text: `DELETE FROM outbox WHERE id = ANY($1::uuid[])` }, [ids]);
    },

    async findMoodChanges(ids) {
      interface EventRow {
        id: string;
        model_id: string;
        payload: { version: number; previousState: MoodState; newState: MoodState; changedBy: ChangedBy; timestamp: string };
      }
      const rows = await database.query<EventRow>(
        {
          name: 'outbox-mood-changes',
          text: `SELECT id, model_id, payload FROM outbox WHERE id = ANY($1::uuid[]) AND kind = 'mood-changed' ORDER BY id`,
        },
        [ids],
      );
      return rows.map(({ id, model_id, payload }) => ({
        id,
        modelId: model_id,
        version: payload.version,
        previousState: payload.previousState,
        newState: payload.newState,
        changedBy: payload.changedBy,
        timestamp: new Date(payload.timestamp).toISOString(),
      }));
    },

    async findNotification(id) {
      const rows = await database.query<{ id: string; model_id: string; type: NotificationType }>(
        {
          name: 'outbox-notification',
          text: `SELECT id, model_id, payload->>'type' AS type FROM outbox WHERE id = $1 AND kind = 'notification'`,
        },
        [id],
      );
      const [row] = rows;
      return row === undefined ? null : { id: row.id, modelId: row.model_id, type: row.type };
    },
  };
}
