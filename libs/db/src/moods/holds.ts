import { sql } from 'kysely';

/**
 * While a mood is held nobody but administrators changes it, and it ends by itself once at most: whatever ends or replaces a hold is one of the
 * two entries after the override that made it. So these look at two rows of the log, by its key, however many there are: the limit inside keeps
 * PostgreSQL from going by who made them, along an index of all that others made.
 */

/** When a later override ended or replaced the hold of the entry `l` of the log; null: none did, or it held nothing. */
export const holdEndedAt = sql<Date | null>`CASE WHEN l.held_until IS NOT NULL THEN (SELECT e.created_at FROM (
  SELECT * FROM mood_transition_logs WHERE model_id = l.model_id AND version BETWEEN l.version + 1 AND l.version + 2 ORDER BY version LIMIT 2
) e WHERE e.changed_by = 'admin' AND e.created_at < l.held_until ORDER BY e.version LIMIT 1) END`;

/** Whether the entry `l` of the log is an override that holds nothing, and that has ended an earlier hold before its time. */
export const endsHold = sql<boolean>`CASE WHEN l.changed_by = 'admin' AND l.held_until IS NULL THEN coalesce((SELECT e.held_until > l.created_at FROM (
  SELECT * FROM mood_transition_logs WHERE model_id = l.model_id AND version BETWEEN l.version - 2 AND l.version - 1 ORDER BY version DESC LIMIT 2
) e WHERE e.changed_by <> 'system' ORDER BY e.version DESC LIMIT 1), false) ELSE false END`;
