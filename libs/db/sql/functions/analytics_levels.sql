-- How many models were in each state just before that time (state_time, by state), and how many had changed their mood themselves in the 7 and 30 days
-- before it (adopted_7d, adopted_30d). p_at is the start of a bucket. Taken from the bucket before where that has been rolled up; counted
-- otherwise, or when p_count says so, which takes seconds for millions of changes.
CREATE OR REPLACE FUNCTION analytics_levels(p_at timestamptz, p_count boolean)
RETURNS TABLE (fact text, group_key text, n bigint)
LANGUAGE plpgsql
STABLE
SET jit = off
AS $$
BEGIN
  IF NOT p_count AND EXISTS (SELECT FROM analytics_buckets AS b WHERE b.bucket_start = p_at - INTERVAL '15 minutes') THEN
    RETURN QUERY SELECT r.fact, r.group_key, r.n
      FROM analytics_rollups AS r
      WHERE r.fact IN ('state_time', 'adopted_7d', 'adopted_30d') AND r.bucket_start = p_at - INTERVAL '15 minutes';
    RETURN;
  END IF;
  RETURN QUERY WITH RECURSIVE -- The models, each by one step of an index: of those of the table of performers some may have been deleted.
      models AS (
        (SELECT l.model_id FROM mood_transition_logs AS l ORDER BY l.model_id LIMIT 1)
        UNION ALL
        SELECT (SELECT l.model_id FROM mood_transition_logs AS l WHERE l.model_id > m.model_id ORDER BY l.model_id LIMIT 1)
        FROM models AS m
        WHERE m.model_id IS NOT NULL
      )
    SELECT
      'state_time',
      CASE
        -- What ends in that moment is a change of the bucket that begins with it.
        WHEN s.expires_at < p_at THEN 'neutral'
        ELSE s.new_state::text
      END AS state,
      count(*)
    FROM
      models AS m
      CROSS JOIN LATERAL (
        SELECT l.new_state, l.expires_at
        FROM mood_transition_logs AS l
        -- A reset that is recorded late takes effect when the mood ended: the row before it says the same of this time, or an earlier one.
        WHERE l.model_id = m.model_id AND l.created_at < p_at
        ORDER BY l.created_at DESC, l.version DESC
        LIMIT 1
      ) AS s
    GROUP BY state;
  RETURN QUERY SELECT w.fact, '', count(*) FILTER (WHERE c.last_change >= p_at - w.length)
    FROM
      (
        VALUES
          ('adopted_7d', INTERVAL '168 hours'),
          ('adopted_30d', INTERVAL '720 hours')
      ) AS w (fact, length)
      LEFT JOIN (
        SELECT l.model_id, max(l.created_at) AS last_change
        FROM mood_transition_logs AS l
        WHERE l.changed_by = 'model' AND l.created_at >= p_at - INTERVAL '720 hours' AND l.created_at < p_at
        GROUP BY l.model_id
      ) AS c
        ON true
    GROUP BY w.fact;
END;
$$;
