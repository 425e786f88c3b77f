import type { AbuseRule, AbuseThresholds } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

interface ChangedRow {
  rule: AbuseRule;
  alerts: number;
}

/**
 * One worker at a time has the turn, and counts. The unique index of open alerts decides which check has opened one: whoever did writes the
 * event and the notifications in the same statement. Counts of the processes are there by quarters of an hour: the last four of them.
 */
const raise = statement(
  'raise-abuse-alerts',
  { everyMs: 'integer', limitRefusals: 'integer', contentRefusals: 'integer', changes: 'integer', recipients: 'uuid[]' },
  (_, { everyMs, limitRefusals, contentRefusals, changes, recipients }) => sql<ChangedRow>`WITH turn AS MATERIALIZED (
      UPDATE abuse_checks SET checked_at = clock_timestamp() WHERE checked_at <= clock_timestamp() - ${everyMs} * interval '1 millisecond'
      RETURNING checked_at),
    counted AS MATERIALIZED (
      SELECT model_id, CASE metric WHEN 'limit_hits' THEN 'limit_refusals' ELSE 'content_refusals' END AS rule, sum(n)::integer AS n,
        CASE metric WHEN 'limit_hits' THEN ${limitRefusals} ELSE ${contentRefusals} END AS threshold
      FROM analytics_counts
      WHERE metric IN ('limit_hits', 'content_refusals') AND bucket_start > now() - interval '60 minutes' AND model_id IS NOT NULL
        AND EXISTS (SELECT FROM turn)
      GROUP BY model_id, metric
      UNION ALL SELECT model_id, 'changes', count(*)::integer, ${changes} FROM mood_transition_logs
      WHERE changed_by = 'model' AND created_at > now() - interval '60 minutes' AND EXISTS (SELECT FROM turn)
      GROUP BY model_id),
    raised AS (
      INSERT INTO abuse_alerts AS a (model_id, rule, threshold, count, peak, opened_at, last_seen_at)
      SELECT c.model_id, c.rule, c.threshold, c.n, c.n, t.checked_at, t.checked_at FROM counted c, turn t
      WHERE c.threshold > 0 AND c.n >= c.threshold ORDER BY c.model_id, c.rule
      ON CONFLICT (model_id, rule) WHERE closed_at IS NULL
        DO UPDATE SET count = excluded.count, peak = greatest(a.peak, excluded.peak), last_seen_at = excluded.last_seen_at
      RETURNING a.id, a.model_id, a.rule, a.threshold, a.count, a.opened_at, old.id IS NULL AS is_new),
    told AS (
      INSERT INTO outbox (kind, model_id, payload)
      SELECT 'abuse-alert', model_id, jsonb_build_object('timestamp', opened_at, 'alertId', id, 'rule', rule, 'count', count, 'threshold', threshold)
      FROM raised WHERE is_new
      UNION ALL SELECT 'alert-notification', model_id, jsonb_build_object('recipientId', recipient, 'rule', rule, 'count', count)
      FROM raised, unnest(${recipients}) AS recipient WHERE is_new)
    SELECT rule, count(*) AS alerts FROM raised WHERE is_new GROUP BY rule`,
);

/** Those that no check has seen for an hour. */
const close = statement('close-abuse-alerts', {}, (db) =>
  db
    .updateTable('abuse_alerts')
    .set({ closed_at: sql<Date>`clock_timestamp()` })
    .where('closed_at', 'is', null)
    .where('last_seen_at', '<=', sql<Date>`now() - interval '1 hour'`),
);

export interface AlertRaiserOptions {
  thresholds: AbuseThresholds;
  /** Administrators who are told. */
  recipients: readonly string[];
  /** Milliseconds between two checks, whichever workers make them. */
  everyMs: number;
}

/**
 * @returns what opens alerts about models above a threshold, and closes those that were quiet for an hour: how many were opened, by rule.
 * Any number of workers may call it: each alert is opened, told and closed once.
 */
export function createAlertRaiser(
  database: Database,
  { thresholds, recipients, everyMs }: AlertRaiserOptions,
): () => Promise<ChangedRow[]> {
  const { limit_refusals: limitRefusals, content_refusals: contentRefusals, changes } = thresholds;
  return async () => {
    const opened = await raise.run(database.query, { everyMs, limitRefusals, contentRefusals, changes, recipients });
    await close.run(database.query, {});
    return opened;
  };
}
