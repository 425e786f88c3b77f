import type { AlertNotification, JobIdRule, OutboxStore, PendingNotification, PublicationRule } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';
import { anyOf, statement } from '../statement.ts';
import { eventKinds, toEvent } from './event-rows.ts';
import type { EventRow } from './event-rows.ts';
import { createLookBack } from './look-back.ts';

/** Events per analytics call. */
export const eventsPerJob = 100;

interface ClaimedRow {
  id: string;
  kind: string;
  model_id: string;
  job_id: string;
  version: number | null;
  remaining_ms: number;
}

/** A promise is published when it is due within so many seconds, so that the queue holds what is to be done soon and nothing else. */
const horizonSeconds = 600;

/** The SQL expression of a job's id. */
function jobIdOf({ prefix, one }: JobIdRule, claimId: RawBuilder<string>): RawBuilder<string> {
  const start = `${prefix}-`;
  switch (one) {
    case 'per-promise':
      return sql`${start} || o.id || '-g' || (o.generation + 1)`;
    case 'per-model':
      return sql`${start} || o.model_id`;
    case 'per-claim':
      return sql`${start} || ${claimId} || '-' || (array_position((SELECT ids FROM sharing), o.id) - 1) / ${eventsPerJob}`;
  }
}

/** The statement that claims promises of these kinds. Others, of a newer release, are left to its workers. */
function claimOf(kinds: Readonly<Record<string, PublicationRule>>) {
  const rules = Object.entries(kinds);
  const sharedKinds = rules.filter(([, { jobId }]) => jobId.one === 'per-claim').map(([kind]) => kind);
  const shared = sql`ANY(ARRAY[${sql.join(sharedKinds)}]::text[])`;
  const byKind = (expression: (rule: PublicationRule) => RawBuilder<string>) =>
    sql`CASE o.kind ${sql.join(
      rules.map(([kind, rule]) => sql`WHEN ${kind} THEN ${expression(rule)}`),
      sql` `,
    )} END`;
  // A job that has to wait is looked for once before it is due, so that what a wiped queue has lost is still in time.
  // SKIP LOCKED keeps several relays apart. There is no cursor over ids: a transaction that commits late would be skipped.
  // By an array of keys, and not by a join: that is planned for an outbox of any size, and a nested loop over all that is taken is quadratic.
  return statement(
    'outbox-claim',
    {
      kinds: 'text[]',
      limits: 'integer[]',
      aheads: 'integer[]',
      behind: 'integer[]',
      claimId: 'text',
      patience: 'double precision',
    },
    (_, { kinds: names, limits, aheads, behind, claimId, patience }) => sql<ClaimedRow>`WITH taken AS MATERIALIZED (
      SELECT o.id, o.kind, o.created_at FROM unnest(${names}, ${limits}, ${aheads}, ${behind}) AS k(kind, most, ahead, behind), LATERAL (
        SELECT id, kind, created_at FROM outbox WHERE kind = k.kind AND job_id IS NULL AND failed_at IS NULL
          AND due_at >= now() - make_interval(secs => k.behind) AND due_at <= now() + make_interval(secs => k.ahead)
        ORDER BY due_at LIMIT k.most FOR UPDATE SKIP LOCKED) o),
    sharing AS MATERIALIZED (SELECT array_agg(id ORDER BY created_at, id) AS ids FROM taken WHERE kind = ${shared})
    UPDATE outbox o SET
      generation = o.generation + 1,
      checks = 0,
      queue = ${byKind(({ queue }) => sql`${queue}`)},
      job_id = ${byKind(({ jobId }) => jobIdOf(jobId, claimId))},
      check_after = CASE WHEN o.due_at > clock_timestamp() + make_interval(secs => 2 * ${patience}) THEN o.due_at - make_interval(secs => ${patience})
        ELSE greatest(o.due_at, clock_timestamp()) + make_interval(secs => ${patience}) END
    WHERE o.id = ANY(ARRAY(SELECT id FROM taken))
    RETURNING o.id, o.kind, o.model_id, o.job_id, (o.payload->>'version')::bigint AS version,
      extract(epoch FROM o.due_at - clock_timestamp())::double precision * 1000 AS remaining_ms`,
  );
}

const outstanding = statement(
  'outbox-outstanding',
  { queues: 'text[]', most: 'integer' },
  (_, { queues, most }) => sql<{ queue: string; all: number; due: number }>`SELECT q.queue,
      (SELECT count(*) FROM (SELECT FROM outbox o WHERE o.queue = q.queue AND o.job_id IS NOT NULL AND o.failed_at IS NULL
        ORDER BY o.due_at LIMIT ${most}) counted)::integer AS all,
      (SELECT count(*) FROM (SELECT FROM outbox o WHERE o.queue = q.queue AND o.job_id IS NOT NULL AND o.failed_at IS NULL
        AND o.due_at <= now() ORDER BY o.due_at LIMIT ${most}) counted)::integer AS due
    FROM unnest(${queues}) AS q(queue)`,
);

interface OverdueRow {
  id: string;
  kind: string;
  queue: string;
  job_id: string;
}

const claimOverdue = statement(
  'outbox-claim-overdue',
  { limit: 'integer', patience: 'double precision' },
  (_, { limit, patience }) => sql<OverdueRow>`WITH overdue AS MATERIALIZED (
      SELECT id FROM outbox WHERE job_id IS NOT NULL AND failed_at IS NULL AND check_after <= now()
      ORDER BY check_after LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE outbox o SET check_after = clock_timestamp() + make_interval(secs => ${patience})
    WHERE o.id = ANY(ARRAY(SELECT id FROM overdue)) RETURNING o.id, o.kind, o.queue, o.job_id`,
);

const putOff = statement('outbox-put-off', { ids: 'uuid[]', patience: 'double precision' }, (db, { ids, patience }) =>
  db
    .updateTable('outbox')
    .set((eb) => ({
      checks: eb('checks', '+', 1),
      check_after: sql<Date>`greatest(due_at, clock_timestamp())
        + least(make_interval(secs => ${patience} * power(2, least(checks, 10))), interval '10 minutes')`,
    }))
    .where('id', '=', anyOf(ids)),
);

const release = statement('outbox-release', { ids: 'uuid[]' }, (db, { ids }) =>
  db.updateTable('outbox').set({ job_id: null, queue: null }).where('id', '=', anyOf(ids)).where('failed_at', 'is', null),
);

const markFailed = statement('outbox-mark-failed', { ids: 'uuid[]' }, (db, { ids }) =>
  db
    .updateTable('outbox')
    .set({ failed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', anyOf(ids)),
);

const confirm = statement('outbox-confirm', { ids: 'uuid[]' }, (db, { ids }) => db.deleteFrom('outbox').where('id', '=', anyOf(ids)));

const findEvents = statement('outbox-events', { ids: 'uuid[]' }, (db, { ids }) =>
  db
    .selectFrom('outbox')
    .select(['id', 'model_id', 'kind', 'payload'])
    .where('id', '=', anyOf(ids))
    .where('kind', 'in', eventKinds)
    .orderBy('id')
    .$narrowType<EventRow>(),
);

const findNotification = statement('outbox-notification', { id: 'uuid' }, (db, { id }) =>
  db
    .selectFrom('outbox')
    .select(['id', 'model_id', 'kind', 'payload'])
    .where('id', '=', id)
    .where('kind', 'in', ['notification', 'alert-notification'])
    .$narrowType<
      // A release before this one did not say whether a hold ended.
      | { kind: 'notification'; payload: Omit<PendingNotification, 'id' | 'modelId' | 'holdEnded'> & { holdEnded?: boolean } }
      | { kind: 'alert-notification'; payload: Pick<AlertNotification, 'recipientId' | 'rule' | 'count'> }
    >(),
);

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
  const lookBack = createLookBack();
  const queueOf = Object.entries(kinds).map(([kind, { queue }]) => ({ kind, queue }));
  return {
    async claim(limit, rooms) {
      const asked = queueOf
        .map(({ kind, queue }) => ({ kind, room: rooms?.get(queue) ?? { promises: limit, ahead: true } }))
        .filter(({ room }) => room.promises > 0);
      if (asked.length === 0) return [];
      const limits = asked.map(({ room }) => Math.min(limit, room.promises));
      const look = lookBack.at(asked.map(({ kind }) => kind));
      const rows = await claim.run(database.query, {
        kinds: asked.map(({ kind }) => kind),
        limits,
        behind: look.behind,
        aheads: asked.map(({ room }) => (room.ahead ? horizonSeconds : 0)),
        claimId: uuidv7(),
        patience: patienceSeconds,
      });
      const promises = rows.map(({ id, kind, model_id: modelId, job_id: jobId, version, remaining_ms: remainingMs }) => ({
        id,
        kind,
        modelId,
        jobId,
        version,
        remainingMs,
      }));
      look.found(promises, limits);
      return promises;
    },

    async outstanding(queues, most) {
      const rows = await outstanding.run(database.query, { queues, most });
      return new Map(rows.map(({ queue, all, due }) => [queue, { all, due }]));
    },

    async claimOverdue(limit) {
      const rows = await claimOverdue.run(database.query, { limit, patience: patienceSeconds });
      return rows.map((row) => ({ id: row.id, kind: row.kind, queue: row.queue, jobId: row.job_id }));
    },

    async putOff(ids) {
      await putOff.run(database.query, { ids, patience: patienceSeconds });
    },

    async release(ids) {
      await release.run(database.query, { ids });
    },

    async markFailed(ids) {
      await markFailed.run(database.query, { ids });
    },

    async confirm(ids) {
      await confirm.run(database.query, { ids });
    },

    async findEvents(ids) {
      return (await findEvents.run(database.query, { ids })).map(toEvent);
    },

    async findNotification(id) {
      const [row] = await findNotification.run(database.query, { id });
      if (row === undefined) return null;
      if (row.kind === 'alert-notification') {
        const { recipientId, rule, count } = row.payload;
        return { id: row.id, type: 'abuse_alert', recipientId, modelId: row.model_id, rule, count };
      }
      const { type, reasonCode, previousState, newState, holdEnded = false } = row.payload;
      return { id: row.id, modelId: row.model_id, type, reasonCode, previousState, newState, holdEnded };
    },
  };
}
