-- Writes down what the buckets from p_from until before p_to come to; both are starts of buckets. Repeating it writes nothing but what has
-- changed in the tables that it counts: a row that is only locked, because it is there already, would be in the write-ahead log, too. Replies
-- are removed for their age: of buckets that may have lost some, nothing is taken away. A reply is closed nine days after it was reported at the
-- latest: it may be late by a day, and its failed job can be retried for seven. Whoever calls it has the advisory lock 7309: an older count must
-- not replace a newer one. p_count: as in analytics_levels.
CREATE OR REPLACE FUNCTION roll_up_analytics(p_from timestamptz, p_to timestamptz, p_count boolean)
RETURNS void
LANGUAGE plpgsql
SET jit = off
SET enable_hashjoin = on
AS $$
DECLARE
  v_began timestamptz := clock_timestamp();
  v_kept_since timestamptz := coalesce(
    (SELECT m.removed_before + INTERVAL '9 days' FROM retention_marks AS m WHERE m.name = 'auto_replies'),
    v_began - INTERVAL '21 days'
  );
  v_of_moods text[] := ARRAY['changes', 'state_time', 'adopted_7d', 'adopted_30d'];
  v_of_replies text[] := ARRAY['replies_joined', 'replies_scheduled', 'replies_sent', 'replies_cancelled', 'replies_failed'];
  v_after_replies text[] := ARRAY['engagement_5m', 'engagement_60m', 'engagement_24h', 'continued_24h'];
  v_listed text[] := ARRAY['changes', 'mood_duration', 'replies_sent', 'reply_lateness'];
BEGIN
  WITH
    fresh AS MATERIALIZED (
      SELECT s.*
      FROM analytics_sums(v_of_moods || v_of_replies || v_after_replies, p_from, p_to, p_count) AS s
      WHERE
        s.fact = ANY (v_of_moods)
        OR s.bucket_start >= v_kept_since
        OR NOT EXISTS (SELECT FROM analytics_buckets AS b WHERE b.bucket_start = s.bucket_start)
    ),
    gone AS (
      DELETE FROM analytics_rollups AS r
      WHERE
        r.fact = ANY (v_of_moods || v_of_replies)
        AND r.bucket_start >= p_from
        AND r.bucket_start < p_to
        AND (r.fact = ANY (v_of_moods) OR r.bucket_start >= v_kept_since)
        AND (r.fact, r.bucket_start, r.group_key) NOT IN (SELECT f.fact, f.bucket_start, f.group_key FROM fresh AS f)
    )
  INSERT INTO analytics_rollups AS r (fact, bucket_start, group_key, n, total)
  SELECT f.fact, f.bucket_start, f.group_key, f.n, f.total
  FROM fresh AS f
  WHERE
    (
      SELECT k.n = f.n AND k.total = f.total
      FROM analytics_rollups AS k
      WHERE k.fact = f.fact AND k.bucket_start = f.bucket_start AND k.group_key = f.group_key
    ) IS NOT TRUE
  ON CONFLICT (fact, bucket_start, group_key) DO UPDATE
    SET
      n = excluded.n,
      total = excluded.total;

  INSERT INTO analytics_models (ordinal, model_id)
  SELECT (SELECT coalesce(max(m.ordinal), 0) FROM analytics_models AS m) + row_number() OVER (), i.model_id
  FROM
    (
      SELECT DISTINCT i.model_id
      FROM analytics_items(ARRAY['changes', 'replies_sent'], p_from, p_to) AS i
      WHERE NOT EXISTS (SELECT FROM analytics_models AS m WHERE m.model_id = i.model_id)
    ) AS i;

  WITH
    fresh AS MATERIALIZED (
      SELECT
        i.fact,
        i.bucket_start,
        i.group_key,
        string_agg(coalesce(int4send(m.ordinal), float4send(i.seconds)), ''::bytea ORDER BY m.ordinal, i.seconds) AS items
      FROM
        analytics_items(v_listed, p_from, p_to) AS i
        LEFT JOIN analytics_models AS m ON m.model_id = i.model_id
      WHERE
        i.fact IN ('changes', 'mood_duration')
        OR i.bucket_start >= v_kept_since
        OR NOT EXISTS (SELECT FROM analytics_buckets AS b WHERE b.bucket_start = i.bucket_start)
      GROUP BY i.fact, i.bucket_start, i.group_key
    ),
    gone AS (
      DELETE FROM analytics_lists AS l
      WHERE
        l.fact = ANY (v_listed)
        AND l.bucket_start >= p_from
        AND l.bucket_start < p_to
        AND (l.fact IN ('changes', 'mood_duration') OR l.bucket_start >= v_kept_since)
        AND (l.fact, l.bucket_start, l.group_key) NOT IN (SELECT f.fact, f.bucket_start, f.group_key FROM fresh AS f)
    )
  INSERT INTO analytics_lists AS l (fact, bucket_start, group_key, items)
  SELECT f.fact, f.bucket_start, f.group_key, f.items
  FROM fresh AS f
  WHERE
    (
      SELECT k.items = f.items
      FROM analytics_lists AS k
      WHERE k.fact = f.fact AND k.bucket_start = f.bucket_start AND k.group_key = f.group_key
    ) IS NOT TRUE
  ON CONFLICT (fact, bucket_start, group_key) DO UPDATE
    SET items = excluded.items;

  -- Of a bucket that is there it is news when it has been counted for the last time, ten minutes after its end.
  INSERT INTO analytics_buckets AS b (bucket_start, rolled_up_at)
  SELECT s, v_began
  FROM generate_series(p_from, p_to - INTERVAL '15 minutes', INTERVAL '15 minutes') AS s
  WHERE
    (
      SELECT k.rolled_up_at >= s + INTERVAL '25 minutes' OR v_began < s + INTERVAL '25 minutes'
      FROM analytics_buckets AS k
      WHERE k.bucket_start = s
    ) IS NOT TRUE
  ON CONFLICT (bucket_start) DO UPDATE SET rolled_up_at = excluded.rolled_up_at;
END;
$$;
