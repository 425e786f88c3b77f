-- Where buckets from p_from until before p_to say something else than the rows that they were made of. Only what cannot change any more once
-- it has been counted is compared: a reply that failed may still be sent. Whoever calls it has the advisory lock 7309.
CREATE OR REPLACE FUNCTION reconcile_analytics(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (fact text, bucket_start timestamptz, group_key text, stored text, counted text)
LANGUAGE sql
STABLE
SET jit = off
AS $$
  SELECT coalesce(s.fact, c.fact), coalesce(s.bucket_start, c.bucket_start), coalesce(s.group_key, c.group_key), s.value, c.value
  FROM
    (
      SELECT r.fact, r.bucket_start, r.group_key, r.n || ' / ' || round(r.total::numeric, 3) AS value
      FROM analytics_rollups AS r
      WHERE
        r.fact IN ('changes', 'state_time', 'adopted_7d', 'adopted_30d', 'replies_joined', 'replies_sent')
        AND r.bucket_start >= p_from
        AND r.bucket_start < p_to
      UNION ALL
      SELECT 'list of ' || l.fact, l.bucket_start, l.group_key, md5(l.items)
      FROM analytics_lists AS l
      WHERE l.fact IN ('changes', 'mood_duration', 'replies_sent', 'reply_lateness') AND l.bucket_start >= p_from AND l.bucket_start < p_to
    ) AS s
    FULL JOIN (
      SELECT a.fact, a.bucket_start, a.group_key, a.n || ' / ' || round(a.total::numeric, 3) AS value
      FROM
        analytics_sums(
          ARRAY['changes', 'state_time', 'adopted_7d', 'adopted_30d', 'replies_joined', 'replies_sent'],
          p_from,
          p_to,
          true
        ) AS a
      UNION ALL
      SELECT
        'list of ' || i.fact,
        i.bucket_start,
        i.group_key,
        -- 0: a model that no list has held yet.
        md5(string_agg(coalesce(float4send(i.seconds), int4send(coalesce(m.ordinal, 0))), ''::bytea ORDER BY m.ordinal, i.seconds))
      FROM
        analytics_items(ARRAY['changes', 'mood_duration', 'replies_sent', 'reply_lateness'], p_from, p_to) AS i
        LEFT JOIN analytics_models AS m ON m.model_id = i.model_id
      GROUP BY i.fact, i.bucket_start, i.group_key
    ) AS c
      ON c.fact = s.fact AND c.bucket_start = s.bucket_start AND c.group_key = s.group_key
  WHERE s.value IS DISTINCT FROM c.value
  ORDER BY 2, 1, 3;
$$;
