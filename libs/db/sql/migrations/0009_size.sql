-- What keeps its cost when there is more of everything (docs/decisions.md: "Size").
--
-- On a large table an index takes its time, in which nobody changes a mood: docs/runbook.md ("Upgrade") says how to make it beforehand. One that is
-- there already is left as it is.

-- Two filters of the audit log that meet seldom: each alone would be read through for what has both. Who changes to what is not chance (a reset
-- leads to neutral alone): the planner has to know, or it takes the index of one of them.
CREATE INDEX IF NOT EXISTS idx_transitions_by_changer_and_state ON mood_transition_logs (changed_by, new_state, created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_admin_transitions_to_state ON mood_transition_logs (admin_user_id, new_state, created_at DESC, id DESC)
WHERE admin_user_id IS NOT NULL;
-- In a block, because the formatter does not know the statement.
DO $$
BEGIN
  CREATE STATISTICS IF NOT EXISTS transition_changer_and_state (mcv) ON changed_by, new_state FROM mood_transition_logs;
END;
$$;
ANALYZE mood_transition_logs;
-- The list of templates.
CREATE INDEX IF NOT EXISTS idx_templates_newest ON mood_messaging_templates (created_at DESC, id DESC);

-- A mood that is to end, as expire_moods is told of it: a JSON object of these names.
CREATE TYPE mood_end AS (
  -- Its place in the list; the answer to it has the same.
  item integer,
  model_id uuid,
  version bigint
);
CREATE TYPE mood_end_result AS (
  -- null: one of those that had ended a while ago, and that nobody asked for.
  item integer,
  model_id uuid,
  outcome text,
  -- The mood after the reset.
  version bigint,
  updated_by text,
  changed_at timestamptz,
  -- Of a mood whose time is not over.
  remaining_ms double precision,
  -- Where the cache stands at the time of the commit, as in mood_cache.
  cache_closures bigint,
  cache_epoch text,
  cache_servers text
);

-- Rows that change often. By default a table is vacuumed when a fifth of it is dead: of a million moods that are 200,000 rows, and as many entries in
-- each index, which readers pass by. A new state of a mood finds room on the page of the one before.
ALTER TABLE model_mood_states
SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE auto_replies SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE auto_reply_conversations SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE mood_rate_limits SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
-- As many rows as go through them in some seconds, whatever is in them at the time; they are small, and done in no time.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
-- Nothing in it changes: what vacuum does here is to mark pages as seen by all, so that an index alone answers.
ALTER TABLE mood_transition_logs SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
