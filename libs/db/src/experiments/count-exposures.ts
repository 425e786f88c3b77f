import { sql } from 'kysely';
import type { Query } from '../database.ts';
import { statement } from '../statement.ts';

/** Of a variant, by its template; null: no reply. */
export interface ExposureCount {
  templateId: string | null;
  exposed: number;
  mature: number;
  engaged: number;
  firstAt: Date;
}

interface CountRow {
  template_id: string | null;
  exposed: number;
  mature: number;
  engaged: number;
  first_at: Date;
}

// A user counts once in a phase: with the first reply that was sent, or would have been.
const countOfPhase = statement(
  'count-exposures',
  { phase: 'uuid', minutes: 'integer' },
  (_, { phase, minutes }) => sql<CountRow>`WITH first AS (
      SELECT DISTINCT ON (a.user_id) CASE WHEN a.held_out_at IS NULL THEN a.template_id END AS template_id,
        coalesce(a.held_out_at, a.sent_at) AS at, a.engaged_at
      FROM auto_replies a WHERE a.phase_id = ${phase} AND (a.status = 'sent' OR a.held_out_at IS NOT NULL)
      ORDER BY a.user_id, coalesce(a.held_out_at, a.sent_at)),
    judged AS (
      SELECT *, at <= clock_timestamp() - make_interval(mins => ${minutes}) AS is_mature,
        coalesce(engaged_at > at AND engaged_at <= at + make_interval(mins => ${minutes}), false) AS is_engaged FROM first)
    SELECT template_id, count(*) AS exposed, count(*) FILTER (WHERE is_mature) AS mature,
      count(*) FILTER (WHERE is_mature AND is_engaged) AS engaged, min(at) AS first_at
    FROM judged GROUP BY template_id`,
);

/** When the first user was exposed; null: nobody was. */
export const firstOf = (counts: readonly ExposureCount[]): Date | null =>
  counts.reduce<Date | null>((first, { firstAt }) => (first === null || firstAt < first ? firstAt : first), null);

/** @param withinMinutes after which a user who has not written again is not engaged. */
export async function countExposures(query: Query, phaseId: string, withinMinutes: number): Promise<ExposureCount[]> {
  const rows = await countOfPhase.run(query, { phase: phaseId, minutes: withinMinutes });
  return rows.map(({ template_id: templateId, exposed, mature, engaged, first_at: firstAt }) => ({
    templateId,
    exposed,
    mature,
    engaged,
    firstAt,
  }));
}
