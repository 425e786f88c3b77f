-- Resets moods whose time is over by this clock. Each takes effect when the mood ended, so that a read before and after it says the same.
-- p_ends is a list of mood_end; the answer has a row for each, named by its item. Besides, up to p_overdue of the moods that ended more than a
-- second ago are reset, the earliest first: rows without an item. So a backlog is worked off by statements, and not by one job after another.
--
-- As in change_moods, a first statement locks the models, and only the next one reads and writes. A model that somebody else is changing at
-- this moment is left out, and so is the second of two ends of a model: no row comes back for it.
CREATE OR REPLACE FUNCTION expire_moods(p_ends json, p_overdue integer)
RETURNS SETOF mood_end_result
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_cache mood_cache;
  v_ends mood_end[];
  v_clock timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7308);
  SELECT * INTO v_cache FROM mood_cache;
  SELECT array_agg(ROW(e.item, e.model_id, e.version)::mood_end)
  INTO v_ends
  FROM
    (
      SELECT DISTINCT ON (a.model_id) a.item, a.model_id, a.version
      FROM
        (
          SELECT g.item, g.model_id, g.version FROM json_populate_recordset(NULL::mood_end, p_ends) AS g
          UNION ALL
          (
            SELECT NULL, s.model_id, s.version
            FROM model_mood_states AS s
            WHERE s.expires_at < now() - INTERVAL '1 second'
            ORDER BY s.expires_at
            LIMIT p_overdue
          )
        ) AS a
      ORDER BY a.model_id, a.item
    ) AS e
  WHERE pg_try_advisory_xact_lock(hashtextextended(e.model_id::text, 7305));

  v_clock := clock_timestamp();
  RETURN QUERY WITH
      judged AS MATERIALIZED (
        SELECT
          e.item,
          e.model_id,
          e.version AS ended_version,
          s.mood_state,
          s.updated_by,
          s.expires_at,
          coalesce(t.version, 0) + 1 AS version,
          t.hash AS previous_hash,
          greatest(v_clock, t.created_at) AS now,
          uuidv7() AS log_id,
          CASE
            WHEN s.version IS DISTINCT FROM e.version
            OR s.expires_at IS NULL THEN 'superseded'
            WHEN s.expires_at > greatest(v_clock, t.created_at) THEN 'not_due'
            ELSE 'changed'
          END AS outcome
        FROM
          unnest(v_ends) AS e
          LEFT JOIN model_mood_states AS s ON s.model_id = e.model_id
          LEFT JOIN LATERAL (
            SELECT l.version, l.hash, l.created_at
            FROM mood_transition_logs AS l
            WHERE l.model_id = e.model_id
            ORDER BY l.version DESC
            LIMIT 1
          ) AS t
            ON true
      ),
      -- A model that is deleted at this moment has no row any more: nothing is written about it.
      ended AS (
        UPDATE model_mood_states AS s
        SET
          mood_state = 'neutral',
          custom_message = NULL,
          auto_respond = false,
          response_delay = 0,
          expires_at = NULL,
          admin_reason = NULL,
          changed_by = 'system',
          version = j.version,
          updated_at = j.expires_at
        FROM judged AS j
        WHERE s.model_id = j.model_id AND s.version = j.ended_version AND j.outcome = 'changed'
        RETURNING j.*
      ),
      logged AS (
        INSERT INTO mood_transition_logs
        SELECT l.*
        FROM
          ended AS e
          CROSS JOIN LATERAL seal_transition(
            ROW(
              e.log_id,
              e.model_id,
              e.version,
              e.mood_state,
              'neutral',
              'system',
              NULL,
              NULL,
              NULL,
              NULL,
              NULL,
              NULL,
              false,
              0,
              NULL,
              e.now,
              e.previous_hash,
              NULL,
              NULL
            )::mood_transition_logs
          ) AS l
      ),
      promised AS (
        INSERT INTO outbox (kind, model_id, payload)
        SELECT p.kind, e.model_id, p.payload
        FROM
          ended AS e
          CROSS JOIN LATERAL (
            VALUES
              (
                'mood-changed',
                jsonb_build_object(
                  'version',
                  e.version,
                  'previousState',
                  e.mood_state,
                  'newState',
                  'neutral',
                  'changedBy',
                  'system',
                  'timestamp',
                  e.expires_at,
                  'recordedAt',
                  e.now
                )
              ),
              (
                'notification',
                jsonb_build_object(
                  'type',
                  'mood_expired',
                  'version',
                  e.version,
                  'previousState',
                  e.mood_state,
                  'newState',
                  'neutral',
                  'reasonCode',
                  NULL
                )
              )
          ) AS p (kind, payload)
      ),
      kept AS (DELETE FROM outbox AS o WHERE o.kind = 'mood-expiry' AND o.model_id = ANY (ARRAY(SELECT e.model_id FROM ended AS e))),
      -- The model was deleted: nobody else takes its promise away.
      dropped AS (
        DELETE FROM outbox AS o
        USING judged AS j
        WHERE
          o.kind = 'mood-expiry'
          AND o.model_id = j.model_id
          AND (o.payload ->> 'version')::bigint = j.ended_version
          AND j.outcome = 'superseded'
      ),
      answered AS (
        SELECT j.* FROM judged AS j WHERE j.outcome != 'changed'
        UNION ALL
        SELECT e.* FROM ended AS e
      )
    SELECT
      a.item,
      a.model_id,
      a.outcome,
      CASE a.outcome
        WHEN 'changed' THEN a.version
      END,
      a.updated_by::text,
      CASE a.outcome
        WHEN 'changed' THEN a.expires_at
      END,
      CASE a.outcome
        WHEN 'not_due' THEN (EXTRACT(EPOCH FROM a.expires_at - a.now) * 1000)::double precision
      END,
      v_cache.closures,
      v_cache.epoch,
      v_cache.servers
    FROM answered AS a;
END;
$$;
