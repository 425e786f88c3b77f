import type { JobIdRule, OutboxEvent, OutboxStore, PendingNotification, PublicationRule } from '@mood/domain';
import { escapeLiteral } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';

/** Events per analytics call. */
export const eventsPerJob = 100;

const eventKinds = `'mood-changed', 'auto-reply-sent'`;

interface ClaimedRow {
  id: string;
  kind: string;
  model_id: string;
  job_id: string;
  version: number | null;
  remaining_ms: number;
}

/** A promise is published when it is due within that time, so that the queue holds what is to be done soon and nothing else. */
const horizon = `interval '10 minutes'`;

/** The SQL expression of a job's id; `$2` is the id of the claim. */
function jobIdOf({ prefix, one }: JobIdRule): string {
  const start = escapeLiteral(`${prefix}-`);
  switch (one) {
    case 'per-promise':
      return `${start} || o.id || '-g' || (o.generation + 1)`;
    case 'per-model':
      return `${start} || o.model_id`;
    case 'per-claim':
      return `${start} || $2 || '-' || (due.place / ${eventsPerJob})`;
  }
}

/** The statement that claims promises of these kinds. Others, of a newer release, are left to its workers. */
function claimOf(kinds: Readonly<Record<string, PublicationRule>>) {
  const rules = Object.entries(kinds);
  const list = (names: readonly string[]) => `ANY(ARRAY[${names.map((name) => escapeLiteral(name)).join(', ')}]::text[])`;
  const known = list(rules.map(([kind]) => kind));
  const shared = list(rules.filter(([, { jobId }]) => jobId.one === 'per-claim').map(([kind]) => kind));
  const byKind = (expression: (rule: PublicationRule) => string) =>
    `CASE o.kind ${rules.map(([kind, rule]) => `WHEN ${escapeLiteral(kind)} THEN ${expression(rule)}`).join(' ')} END`;
  // A job that has to wait is looked for once before it is due, so that what a wiped queue has lost is still in time.
  // SKIP LOCKED keeps several relays apart. There is no cursor over ids: a transaction that commits late would be skipped.
  return {
    name: 'outbox-claim',
    text: `WITH ending AS MATERIALIZED (
      SELECT id FROM outbox WHERE kind = 'mood-expiry' AND job_id IS NULL AND failed_at IS NULL AND due_at <= now() + ${horizon}
        ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
    due AS MATERIALIZED (
      SELECT id, row_number() OVER (PARTITION BY kind = ${shared} ORDER BY created_at, id) - 1 AS place FROM (
        SELECT id, kind, created_at FROM outbox WHERE job_id IS NULL AND failed_at IS NULL AND kind <> 'mood-expiry' AND kind = ${known}
        ORDER BY created_at, id LIMIT $1 FOR UPDATE SKIP LOCKED) taken
      UNION ALL SELECT id, 0 FROM ending)
    UPDATE outbox o SET
      generation = o.generation + 1,
      checks = 0,
      queue = ${byKind(({ queue }) => escapeLiteral(queue))},
      job_id = ${byKind(({ jobId }) => jobIdOf(jobId))},
      check_after = CASE WHEN o.due_at > clock_timestamp() + make_interval(secs => 2 * $3) THEN o.due_at - make_interval(secs => $3)
        ELSE greatest(o.due_at, clock_timestamp()) + make_interval(secs => $3) END
    FROM due WHERE o.id = due.id AND o.id = ANY(ARRAY(SELECT id FROM due))
    RETURNING o.id, o.kind, o.model_id, o.job_id, (o.payload->>'version')::bigint AS version,
      extract(epoch FROM o.due_at - clock_timestamp())::double precision * 1000 AS remaining_ms`,
  };
}

const claimOverdue = {
  name: 'outbox-claim-overdue',
  text: `WITH overdue AS MATERIALIZED (
      SELECT id FROM outbox WHERE job_id IS NOT NULL AND failed_at IS NULL AND check_after <= now()
      ORDER BY check_after LIMIT $1 FOR UPDATE SKIP LOCKED)
    UPDATE outbox o SET check_after = clock_timestamp() + make_interval(secs => $2)
    WHERE o.id = ANY(ARRAY(SELECT id FROM overdue)) RETURNING o.id, o.kind, o.queue, o.job_id`,
};

const putOff = {
  name: 'outbox-put-off',
  text: `UPDATE outbox SET checks = checks + 1,
      check_after = greatest(due_at, clock_timestamp())
        + least(make_interval(secs => $2 * power(2, least(checks, 10))), interval '10 minutes')
    WHERE id = ANY($1::uuid[])`,
};

/**
 * @param patienceSeconds how long after its due time a promise may stay unconfirmed before the reconciler looks at its job.
 * @param kinds the kinds of promises that `claim` publishes: `promiseKinds` of libs/queue.
 */
export function createOutboxStore(
  database: Database,
  patienceSeconds: number,
  kinds: Readonly<Record<string, PublicationRule>>,
): OutboxStore {
  const claim = claimOf(kinds);
  return {
    async claim(limit) {
      const rows = await database.query<ClaimedRow>(claim, [limit, uuidv7(), patienceSeconds]);
      return rows.map(({ id, kind, model_id: modelId, job_id: jobId, version, remaining_ms: remainingMs }) => ({
        id,
        kind,
        modelId,
        jobId,
        version,
        remainingMs,
      }));
    },

    async claimOverdue(limit) {
      const rows = await database.query<{ id: string; kind: string; queue: string; job_id: string }>(claimOverdue, [
        limit,
        patienceSeconds,
      ]);
      return rows.map((row) => ({ id: row.id, kind: row.kind, queue: row.queue, jobId: row.job_id }));
    },

    async putOff(ids) {
      await database.query(putOff, [ids, patienceSeconds]);
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

    async findEvents(ids) {
      const rows = await database.query<EventRow>(
        {
          name: 'outbox-events',
          text: `SELECT id, model_id, kind, payload FROM outbox WHERE id = ANY($1::uuid[]) AND kind IN (${eventKinds}) ORDER BY id`,
        },
        [ids],
      );
      return rows.map(toEvent);
    },

    async findNotification(id) {
      const [row] = await database.query<NotificationRow>(
        { name: 'outbox-notification', text: `SELECT id, model_id, payload FROM outbox WHERE id = $1 AND kind = 'notification'` },
        [id],
      );
      if (row === undefined) return null;
      const { type, reasonCode, previousState, newState } = row.payload;
      return { id: row.id, modelId: row.model_id, type, reasonCode, previousState, newState };
    },
  };
}

interface NotificationRow {
  id: string;
  model_id: string;
  payload: Omit<PendingNotification, 'id' | 'modelId'>;
}

type Payload<Kind extends OutboxEvent['kind']> = Omit<Extract<OutboxEvent, { kind: Kind }>, 'id' | 'modelId' | 'kind'>;

type EventRow = { id: string; model_id: string } & (
  | { kind: 'mood-changed'; payload: Payload<'mood-changed'> }
  | { kind: 'auto-reply-sent'; payload: Payload<'auto-reply-sent'> }
);

/** Field by field: payloads may hold more, which is not for analytics. */
function toEvent(row: EventRow): OutboxEvent {
  const base = { id: row.id, modelId: row.model_id, timestamp: new Date(row.payload.timestamp).toISOString() };
  switch (row.kind) {
    case 'mood-changed': {
      const { version, previousState, newState, changedBy, recordedAt } = row.payload;
      const recorded = new Date(recordedAt ?? row.payload.timestamp).toISOString();
      return { ...base, kind: row.kind, version, previousState, newState, changedBy, recordedAt: recorded };
    }
    case 'auto-reply-sent': {
      const { autoReplyId, conversationId, moodState, tierLevel, templateId, templateVersion, experiment } = row.payload;
      const used = { templateId, templateVersion, experiment };
      return { ...base, kind: row.kind, autoReplyId, conversationId, moodState, tierLevel, ...used };
    }
  }
}
