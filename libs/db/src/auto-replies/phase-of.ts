import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * The phase of the experiment in which a text was chosen: of those that its template is a variant of, the one that the revision of the catalog
 * belongs to. So a text counts where it was chosen, also when its phase has ended before it is sent.
 * @param reply a record of the type `prepared_reply`, by its name.
 */
export const phaseOf = (reply: string): RawBuilder<string | null> =>
  sql`CASE WHEN ${sql.ref(reply)}.revision IS NOT NULL THEN (
    SELECT p.id FROM mood_experiment_phases p JOIN mood_experiment_variants v ON v.phase_id = p.id
    WHERE p.experiment = ${sql.ref(reply)}.experiment AND v.template_id = ${sql.ref(reply)}.template_id
      AND p.revision <= ${sql.ref(reply)}.revision AND (p.ended_revision IS NULL OR p.ended_revision > ${sql.ref(reply)}.revision)
    ORDER BY p.revision DESC LIMIT 1) END`;
