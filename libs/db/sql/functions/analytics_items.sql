-- What lists of analytics hold, one row for each item, from p_from until before p_to: the facts that p_facts names. An item is a model or a
-- number of seconds.
CREATE OR REPLACE FUNCTION analytics_items(p_facts text[], p_from timestamptz, p_to timestamptz)
RETURNS TABLE (fact text, bucket_start timestamptz, group_key text, model_id uuid, seconds real)
LANGUAGE sql
STABLE
SET jit = off
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
  SELECT 'changes', date_bin('15 minutes', l.created_at, 'epoch'), '', l.model_id, NULL::real
  FROM mood_transition_logs AS l
  WHERE 'changes' = ANY (p_facts) AND l.changed_by = 'model' AND l.created_at >= p_from AND l.created_at < p_to
  UNION ALL
  SELECT 'mood_duration', date_bin('15 minutes', e.at, 'epoch'), e.ended, NULL, e.seconds::real
  FROM analytics_changes(p_from, p_to) AS e
  WHERE 'mood_duration' = ANY (p_facts) AND e.ended IS NOT NULL
  UNION ALL
  SELECT
    f.fact,
    date_bin('15 minutes', a.sent_at, 'epoch'),
    '',
    CASE f.fact
      WHEN 'replies_sent' THEN a.model_id
    END,
    CASE f.fact
      WHEN 'reply_lateness' THEN EXTRACT(EPOCH FROM a.sent_at - a.due_at)::real
    END
  FROM
    auto_replies AS a
    JOIN unnest(ARRAY['replies_sent', 'reply_lateness']) AS f (fact) ON f.fact = ANY (p_facts)
  WHERE
    a.status = 'sent'
    AND a.updated_at >= p_from
    AND a.updated_at < p_to + INTERVAL '1 minute'
    AND a.sent_at >= p_from
    AND a.sent_at < p_to;
$$;
