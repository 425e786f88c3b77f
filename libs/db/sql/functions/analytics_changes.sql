-- Moods that began and ended from p_from until before p_to, each when it took effect: a mood ends at its time, however late that is recorded.
-- previous_state: null for the first mood of a model. ended and seconds: how the mood before ended, and how long it had lasted; null for the
-- first one.
CREATE OR REPLACE FUNCTION analytics_changes(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (at timestamptz, previous_state text, new_state text, ended text, seconds double precision)
LANGUAGE sql
STABLE
AS $$
  SELECT
    l.created_at,
    CASE
      WHEN b.version IS NOT NULL THEN l.previous_state
    END,
    l.new_state,
    CASE
      WHEN b.version IS NULL THEN NULL
      WHEN l.changed_by = 'admin' THEN 'override'
      ELSE 'hand'
    END,
    EXTRACT(EPOCH FROM l.created_at - coalesce(e.expires_at, b.created_at))
  FROM
    mood_transition_logs AS l
    LEFT JOIN mood_transition_logs AS b ON b.model_id = l.model_id AND b.version = l.version - 1
    -- A reset says when it was recorded; the mood before it says when it ended.
    LEFT JOIN mood_transition_logs AS e
      ON b.changed_by = 'system' AND e.model_id = b.model_id AND e.version = b.version - 1
  WHERE l.created_at >= p_from AND l.created_at < p_to AND l.changed_by != 'system'
  UNION ALL
  SELECT l.expires_at, l.new_state, 'neutral', 'time', EXTRACT(EPOCH FROM l.expires_at - l.created_at)
  FROM
    mood_transition_logs AS l
    LEFT JOIN mood_transition_logs AS n ON n.model_id = l.model_id AND n.version = l.version + 1
  -- Not changed before it ended.
  WHERE l.expires_at >= p_from AND l.expires_at < p_to AND (n.version IS NULL OR n.created_at >= l.expires_at);
$$;
