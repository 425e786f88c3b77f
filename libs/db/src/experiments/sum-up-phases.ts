import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import { countExposures, firstOf } from './count-exposures.ts';

// A reply is sent a day after its text was chosen at the latest, and its user has a day at most to write again.
const nextPhase = statement(
  'phase-to-sum-up',
  {},
  () => sql<{ id: string; within_minutes: number }>`SELECT id, within_minutes FROM mood_experiment_phases
    WHERE summed_at IS NULL AND ended_at < now() - interval '3 days' ORDER BY ended_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
);

const writeSums = statement(
  'sum-up-variants',
  { phase: 'uuid', counts: 'json' },
  (
    _,
    { phase, counts },
  ) => sql<never>`UPDATE mood_experiment_variants v SET exposed = coalesce(c.exposed, 0), engaged = coalesce(c.engaged, 0)
    FROM mood_experiment_variants o
      LEFT JOIN json_to_recordset(${counts}) AS c (template_id uuid, exposed integer, engaged integer)
        ON c.template_id IS NOT DISTINCT FROM o.template_id
    WHERE o.phase_id = ${phase} AND v.phase_id = o.phase_id AND v.position = o.position`,
);

const closePhase = statement(
  'close-phase',
  { phase: 'uuid', firstAt: 'timestamptz | null' },
  (_, { phase, firstAt }) => sql<never>`UPDATE mood_experiment_phases SET summed_at = clock_timestamp(), first_exposed_at = ${firstAt}
    WHERE id = ${phase}`,
);

/** Keeps the results of phases that are over, so that their replies need not be kept. `signal` ends it early. */
export async function sumUpPhases(database: Database, signal: AbortSignal): Promise<void> {
  for (let isMore = true; isMore && !signal.aborted;) {
    isMore = await database.transaction(async (query) => {
      const [phase] = await nextPhase.run(query, {});
      if (phase === undefined) return false;
      const counts = await countExposures(query, phase.id, phase.within_minutes);
      const sums = counts.map(({ templateId, exposed, engaged }) => ({ template_id: templateId, exposed, engaged }));
      await writeSums.run(query, { phase: phase.id, counts: toJson(sums) });
      await closePhase.run(query, { phase: phase.id, firstAt: firstOf(counts) });
      return true;
    });
  }
}
