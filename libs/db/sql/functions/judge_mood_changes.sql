-- What becomes of changes of moods, whose models are locked: the outcome of each, and what has to be known to write it. Nothing is written
-- here. p_clock is a time after the locks.
CREATE OR REPLACE FUNCTION judge_mood_changes(p_changes mood_change[], p_clock timestamptz)
RETURNS TABLE (
  item integer,
  model_id uuid,
  changed_by text,
  outcome text,
  now timestamptz,
  version bigint,
  state_version bigint,
  previous_hash bytea,
  previous_state text,
  previous_end timestamptz,
  next_delay integer,
  held_until timestamptz,
  used integer,
  reset_time timestamptz
)
LANGUAGE sql
STABLE
AS $$
  SELECT
    c.item,
    c.model_id,
    c.changed_by,
    CASE
      WHEN p.id IS NULL THEN 'model_unknown'
      -- The mood has ended, and nobody has said so yet.
      WHEN s.expires_at <= v.now THEN 'ended'
      WHEN c.expires_at <= v.now THEN 'end_is_over'
      -- The years that an ISO 8601 time can say.
      WHEN c.expires_at >= '10000-01-01 00:00:00+00'::timestamptz THEN 'end_is_too_late'
      WHEN c.changed_by = 'model'
      AND v.held_until > v.now THEN 'held'
      -- A key that was destroyed elsewhere may still be in a process's memory: nothing may be sealed with it any more.
      WHEN c.data_key_id IS NOT NULL
      AND (k.destroyed_at IS NULL AND k.model_id = c.model_id) IS NOT TRUE THEN 'key_destroyed'
      WHEN c.terms_version IS NOT NULL
      AND t.model_id IS NULL THEN 'terms_not_accepted'
      WHEN c.expected_version != coalesce(l.version, 0) THEN 'version_conflict'
      WHEN u.used >= c.hourly_limit THEN 'rate_limited'
      ELSE 'changed'
    END,
    v.now,
    coalesce(l.version, 0) + 1,
    s.version,
    l.hash,
    coalesce(s.mood_state, 'neutral'),
    s.expires_at,
    coalesce(c.response_delay, s.response_delay, 0),
    v.held_until,
    u.used::integer,
    coalesce(u.reset_time, v.now + INTERVAL '60 minutes')
  FROM
    unnest(p_changes) AS c
    LEFT JOIN performers AS p ON p.id = c.model_id
    LEFT JOIN model_mood_states AS s ON s.model_id = c.model_id
    LEFT JOIN LATERAL (
      SELECT e.version, e.hash, e.created_at FROM mood_transition_logs AS e WHERE e.model_id = c.model_id ORDER BY e.version DESC LIMIT 1
    ) AS l
      ON true
    CROSS JOIN LATERAL (
      SELECT
        -- A clock that is set back does not set the log back.
        greatest(p_clock, l.created_at) AS now,
        -- What an administrator set stays for the time of the hold; the reset of a mood that ends does not change that.
        CASE
          WHEN c.hold_minutes IS NULL THEN s.held_until
          WHEN c.hold_minutes > 0 THEN greatest(p_clock, l.created_at) + make_interval(mins => c.hold_minutes)
        END AS held_until
    ) AS v
    LEFT JOIN audit_data_keys AS k ON k.id = c.data_key_id
    LEFT JOIN mood_terms_acceptances AS t ON t.model_id = c.model_id AND t.terms_version = c.terms_version
    LEFT JOIN LATERAL (
      SELECT coalesce(sum(r.change_count), 0) AS used, min(r.window_end) AS reset_time
      FROM mood_rate_limits AS r
      -- A comparison that only the index of models and windows can serve: that of windows alone has an entry for every change of the hour.
      WHERE r.model_id = c.model_id AND (r.model_id, r.window_end) > (c.model_id, v.now)
    ) AS u
      ON c.hourly_limit IS NOT NULL;
$$;
