-- What the rows of other tables come to in each bucket from p_from, the start of one, until before p_to: the facts that p_facts names. Whoever
-- rolls up writes it down; whoever reads asks for the time that has not been rolled up.
--
-- What became of a reply after it was sent belongs to the bucket in which it was sent, and is known when the time for it has passed: those
-- buckets are so much older. p_count: as in analytics_levels.
CREATE OR REPLACE FUNCTION analytics_sums(p_facts text[], p_from timestamptz, p_to timestamptz, p_count boolean)
RETURNS TABLE (fact text, bucket_start timestamptz, group_key text, n bigint, total double precision)
LANGUAGE sql
STABLE
SET jit = off
-- Of millions of changes, those of a quarter of an hour are looked up one by one.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
  WITH
    levels AS MATERIALIZED (
      SELECT v.fact, v.group_key, v.n
      FROM analytics_levels(p_from, p_count) AS v
      WHERE p_facts && ARRAY['state_time', 'adopted_7d', 'adopted_30d']
    ),
    buckets AS MATERIALIZED (
      SELECT b AS bucket_start, least(b + INTERVAL '15 minutes', p_to) AS bucket_end
      FROM generate_series(p_from, p_to - INTERVAL '1 microsecond', INTERVAL '15 minutes') AS b
    ),
    -- Models that come into a state or go out of it, and for how much of the bucket.
    moves AS (
      SELECT
        'state_time' AS fact,
        m.bucket_start,
        m.state,
        sum(m.sign)::bigint AS n,
        sum(m.sign * EXTRACT(EPOCH FROM least(m.bucket_start + INTERVAL '15 minutes', p_to) - m.at)) AS seconds
      FROM
        (
          SELECT date_bin('15 minutes', e.at, 'epoch') AS bucket_start, e.at, s.state, s.sign
          FROM
            analytics_changes(p_from, p_to) AS e
            CROSS JOIN LATERAL (
              VALUES
                (e.previous_state, -1),
                (e.new_state, 1)
            ) AS s (state, sign)
          WHERE 'state_time' = ANY (p_facts) AND s.state IS NOT NULL
        ) AS m
      GROUP BY m.bucket_start, m.state
      UNION ALL
      -- Models that have changed their mood themselves, and had not done so for long.
      SELECT w.fact, date_bin('15 minutes', l.created_at, 'epoch'), '', count(*), 0
      FROM
        (
          VALUES
            ('adopted_7d', INTERVAL '168 hours'),
            ('adopted_30d', INTERVAL '720 hours')
        ) AS w (fact, length)
        JOIN mood_transition_logs AS l ON l.changed_by = 'model' AND l.created_at >= p_from AND l.created_at < p_to
      WHERE
        w.fact = ANY (p_facts)
        AND NOT EXISTS (
          SELECT
          FROM mood_transition_logs AS o
          WHERE
            o.model_id = l.model_id
            AND o.created_at >= l.created_at - w.length
            AND o.created_at <= l.created_at
            AND o.version < l.version
            AND o.changed_by = 'model'
        )
      GROUP BY 1, 2
      UNION ALL
      -- Models that have not done so since for long.
      SELECT w.fact, date_bin('15 minutes', l.created_at + w.length, 'epoch'), '', -count(*), 0
      FROM
        (
          VALUES
            ('adopted_7d', INTERVAL '168 hours'),
            ('adopted_30d', INTERVAL '720 hours')
        ) AS w (fact, length)
        JOIN mood_transition_logs AS l ON l.changed_by = 'model' AND l.created_at >= p_from - w.length AND l.created_at < p_to - w.length
      WHERE
        w.fact = ANY (p_facts)
        AND NOT EXISTS (
          SELECT
          FROM mood_transition_logs AS o
          WHERE
            o.model_id = l.model_id
            AND o.created_at >= l.created_at
            AND o.created_at <= l.created_at + w.length
            AND o.version > l.version
            AND o.changed_by = 'model'
        )
      GROUP BY 1, 2
    )
  SELECT
    g.fact,
    g.bucket_start,
    g.group_key,
    (g.before + g.n)::bigint,
    CASE
      WHEN g.fact = 'state_time' THEN (g.before * EXTRACT(EPOCH FROM g.bucket_end - g.bucket_start) + g.seconds)::double precision
      ELSE 0
    END
  FROM
    (
      SELECT
        k.fact,
        k.group_key,
        b.bucket_start,
        b.bucket_end,
        coalesce(m.n, 0) AS n,
        coalesce(m.seconds, 0) AS seconds,
        coalesce(l.n, 0) + coalesce(
          sum(m.n) OVER (
            PARTITION BY k.fact, k.group_key
            ORDER BY b.bucket_start
          ),
          0
        ) - coalesce(m.n, 0) AS before
      FROM
        (
          VALUES
            ('state_time', 'neutral'),
            ('state_time', 'positive'),
            ('state_time', 'negative'),
            ('adopted_7d', ''),
            ('adopted_30d', '')
        ) AS k (fact, group_key)
        CROSS JOIN buckets AS b
        LEFT JOIN levels AS l ON l.fact = k.fact AND l.group_key = k.group_key
        LEFT JOIN (
          SELECT m.fact, m.bucket_start, m.state, sum(m.n) AS n, sum(m.seconds) AS seconds
          FROM moves AS m
          GROUP BY m.fact, m.bucket_start, m.state
        ) AS m
          ON m.fact = k.fact AND m.state = k.group_key AND m.bucket_start = b.bucket_start
      WHERE k.fact = ANY (p_facts)
    ) AS g
  UNION ALL
  SELECT 'changes', date_bin('15 minutes', l.created_at, 'epoch'), l.changed_by || '/' || l.new_state, count(*), 0
  FROM mood_transition_logs AS l
  WHERE 'changes' = ANY (p_facts) AND l.created_at >= p_from AND l.created_at < p_to
  GROUP BY 2, 3
  UNION ALL
  SELECT
    CASE a.status
      WHEN 'joined' THEN 'replies_joined'
      ELSE 'replies_scheduled'
    END AS fact,
    date_bin('15 minutes', a.created_at, 'epoch'),
    '',
    count(*),
    0
  FROM auto_replies AS a
  WHERE p_facts && ARRAY['replies_joined', 'replies_scheduled'] AND a.created_at >= p_from AND a.created_at < p_to
  GROUP BY 1, 2
  UNION ALL
  SELECT
    'replies_' || a.status,
    date_bin('15 minutes', coalesce(a.sent_at, a.updated_at), 'epoch') AS bucket_start,
    CASE a.status
      WHEN 'cancelled' THEN coalesce(a.reason, '')
      WHEN 'sent' THEN coalesce(a.mood_state, '')
      ELSE ''
    END,
    count(*),
    0
  FROM auto_replies AS a
  WHERE
    p_facts && ARRAY['replies_sent', 'replies_cancelled', 'replies_failed']
    AND a.status IN ('sent', 'cancelled', 'failed')
    -- The index knows when a row was written, which is a moment after it was sent.
    AND a.updated_at >= p_from
    AND a.updated_at < p_to + INTERVAL '1 minute'
    AND coalesce(a.sent_at, a.updated_at) >= p_from
    AND coalesce(a.sent_at, a.updated_at) < p_to
  GROUP BY 1, 2, 3
  UNION ALL
  SELECT
    w.fact,
    date_bin('15 minutes', a.sent_at, 'epoch'),
    coalesce(a.mood_state, ''),
    count(*),
    count(*) FILTER (
      WHERE
        CASE w.fact
          WHEN 'continued_24h' THEN a.continued_at
          ELSE a.engaged_at
        END <= a.sent_at + w.length
    )
  FROM
    (
      VALUES
        ('engagement_5m', INTERVAL '5 minutes'),
        ('engagement_60m', INTERVAL '1 hour'),
        ('engagement_24h', INTERVAL '24 hours'),
        ('continued_24h', INTERVAL '24 hours')
    ) AS w (fact, length)
    JOIN auto_replies AS a
      ON a.status = 'sent'
      AND a.updated_at >= date_bin('15 minutes', p_from - w.length, 'epoch')
      AND a.updated_at < date_bin('15 minutes', p_to - w.length, 'epoch') + INTERVAL '1 minute'
      AND a.sent_at >= date_bin('15 minutes', p_from - w.length, 'epoch')
      AND a.sent_at < date_bin('15 minutes', p_to - w.length, 'epoch')
  WHERE w.fact = ANY (p_facts)
  GROUP BY 1, 2, 3;
$$;
