import { lateSeconds } from './storm.ts';
import type { Storm } from './storm.ts';

/** Whose moods do not end, and who change them meanwhile. */
const others = 5_000;

/** The change that an end belongs to. Nobody looks at its hash here. */
const firstChanges = `INSERT INTO mood_transition_logs (id, model_id, version, previous_state, new_state, changed_by, auto_respond, response_delay,
    created_at, hash)
  SELECT uuidv7(), id, 1, 'neutral', 'positive', 'model', true, 30, now(), sha256(id::text::bytea) FROM unnest($1::uuid[]) id`;

export const ends: Storm = {
  what: 'moods that end',
  modelsFor: (count) => others + count,
  async prepare(system) {
    const { database } = system.postgres;
    await database.query(firstChanges, [system.models.slice(others)]);
    await database.query('VACUUM ANALYZE');
  },
  schedule: [
    `UPDATE model_mood_states SET expires_at = date_trunc('second', now()) + make_interval(secs => $1 + ${lateSeconds})
      WHERE model_id IN (SELECT model_id FROM mood_transition_logs)`,
    `INSERT INTO outbox (kind, model_id, payload, due_at)
      SELECT 'mood-expiry', model_id, jsonb_build_object('version', version), expires_at FROM model_mood_states WHERE expires_at IS NOT NULL`,
  ],
  // A reset is dated when the mood ended.
  done: `SELECT s.updated_at AS due, l.created_at AS done FROM mood_transition_logs l JOIN model_mood_states s ON s.model_id = l.model_id
    WHERE l.changed_by = 'system'`,
  // The ends themselves, and the notices to their models.
  left: `SELECT FROM outbox WHERE kind IN ('mood-expiry', 'notification')`,
  latest: 'p95 ≤ 10 s at 50,000 in a minute',
};
