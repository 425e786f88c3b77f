-- Changes moods. p_changes is a list of mood_change; the answer has a row for each, named by its item.
--
-- A first statement locks the models, and only the next one reads: each statement of a volatile function takes a fresh snapshot, so what is
-- counted is what is there after the lock, and exactly 50 changes pass, under any concurrency. A model that somebody else is changing at this
-- moment is left out, so that nobody waits for it but those who want to change it: no row comes back for it. With p_wait it is waited for;
-- that is for single changes, since two calls could wait for each other's models.
--
-- The cache of moods is not opened while a change is under way, so that where it stands is still true when the change is committed, unless it
-- has been closed meanwhile. That lock comes first: nobody waits for it who has one of a model.
--
-- One statement writes all changes: what a statement costs by itself (its plan, indexes to open, checks of tables to prepare) is more than
-- half of what a change costs when each has statements of its own.
CREATE OR REPLACE FUNCTION change_moods(p_changes json, p_wait boolean)
RETURNS SETOF mood_change_result
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
-- To plan the statement takes longer than to run it.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_changes mood_change[];
  v_refusal text;
  v_clock timestamptz;
  v_result mood_change_result;
  v_done integer[];
  v_ended integer[] := '{}';
  v_cache mood_cache;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7308);
  SELECT * INTO v_cache FROM mood_cache;
  SELECT
    array_agg(c) FILTER (
      WHERE
        CASE
          WHEN p_wait THEN pg_advisory_xact_lock(hashtextextended(c.model_id::text, 7305)) IS NOT NULL
          ELSE pg_try_advisory_xact_lock(hashtextextended(c.model_id::text, 7305))
        END
    ),
    max(
      CASE
        WHEN c.changed_by IS NULL
        OR c.changed_by NOT IN ('model', 'admin') THEN 'a mood is changed by its model or by an administrator'
        WHEN c.changed_by = 'admin'
        AND (c.admin_user_id IS NULL OR c.admin_reason IS NULL) THEN 'an override names its administrator and the reason'
        WHEN c.changed_by = 'model'
        AND num_nonnulls(
          c.admin_user_id,
          c.admin_reason,
          c.hold_minutes,
          c.reason_code
        ) > 0 THEN 'a change by the model names no administrator, reason or hold'
        WHEN c.data_key_id IS NULL
        AND num_nonnulls(c.admin_reason, c.sealed_message, c.ip_address, c.user_agent) > 0 THEN 'what is sealed names its data key'
      END
    )
  INTO v_changes, v_refusal
  FROM json_populate_recordset(NULL::mood_change, p_changes) AS c;
  IF v_refusal IS NOT NULL THEN
    RAISE EXCEPTION '%', v_refusal USING ERRCODE = 'invalid_parameter_value';
  END IF;

  -- Once, unless a mood has ended or a model comes twice.
  WHILE cardinality(v_changes) > 0 LOOP
    v_done := '{}';
    v_clock := clock_timestamp();
    FOR v_result IN WITH
      judged AS MATERIALIZED (
        SELECT DISTINCT ON (j.model_id) * FROM judge_mood_changes(v_changes, v_clock) AS j ORDER BY j.model_id, j.item
      ),
      changed AS MATERIALIZED (
        SELECT c.*, j.now, j.version, j.previous_hash, j.previous_state, j.previous_end, j.next_delay, j.held_until
        FROM
          judged AS j
          JOIN unnest(v_changes) AS c ON c.item = j.item
        WHERE j.outcome = 'changed'
      ),
      counted AS (
        INSERT INTO mood_rate_limits (model_id, window_start, window_end, created_at, updated_at)
        SELECT c.model_id, c.now, c.now + INTERVAL '60 minutes', c.now, c.now FROM changed AS c WHERE c.hourly_limit IS NOT NULL
      ),
      written AS (
        INSERT INTO model_mood_states
          (
            model_id,
            mood_state,
            custom_message,
            auto_respond,
            response_delay,
            expires_at,
            updated_by,
            changed_by,
            admin_reason,
            held_until,
            version,
            created_at,
            updated_at
          )
        SELECT
          c.model_id,
          c.mood_state,
          c.custom_message,
          c.auto_respond,
          c.next_delay,
          c.expires_at,
          c.changed_by,
          c.changed_by,
          c.admin_reason,
          c.held_until,
          c.version,
          c.now,
          c.now
        FROM changed AS c
        ON CONFLICT (model_id) DO UPDATE
          SET
            mood_state = excluded.mood_state,
            custom_message = excluded.custom_message,
            auto_respond = excluded.auto_respond,
            response_delay = excluded.response_delay,
            expires_at = excluded.expires_at,
            updated_by = excluded.updated_by,
            changed_by = excluded.changed_by,
            admin_reason = excluded.admin_reason,
            held_until = excluded.held_until,
            version = excluded.version,
            updated_at = excluded.updated_at
      ),
      logged AS (
        INSERT INTO mood_transition_logs
        SELECT l.*
        FROM
          changed AS c
          CROSS JOIN LATERAL seal_transition(
            ROW(
              c.log_id,
              c.model_id,
              c.version,
              c.previous_state,
              c.mood_state,
              c.changed_by,
              c.admin_user_id,
              c.admin_reason,
              c.sealed_message,
              c.ip_address,
              c.user_agent,
              c.data_key_id,
              c.auto_respond,
              c.next_delay,
              c.expires_at,
              c.now,
              c.previous_hash,
              NULL,
              -- What this change holds, not what is left of an earlier hold.
              CASE
                WHEN c.hold_minutes > 0 THEN c.held_until
              END
            )::mood_transition_logs
          ) AS l
      ),
      promised AS (
        INSERT INTO outbox (kind, model_id, payload, due_at)
        SELECT p.kind, c.model_id, p.payload, p.due_at
        FROM
          changed AS c
          CROSS JOIN LATERAL (
            VALUES
              -- When the change took effect, and when it was written.
              (
                'mood-changed',
                true,
                v_clock,
                jsonb_build_object(
                  'version',
                  c.version,
                  'previousState',
                  c.previous_state,
                  'newState',
                  c.mood_state,
                  'changedBy',
                  c.changed_by,
                  'reasonCode',
                  c.reason_code,
                  'timestamp',
                  c.now,
                  'recordedAt',
                  c.now
                )
              ),
              (
                'notification',
                c.changed_by = 'admin',
                v_clock,
                jsonb_build_object(
                  'type',
                  'mood_overridden',
                  'version',
                  c.version,
                  'previousState',
                  c.previous_state,
                  'newState',
                  c.mood_state,
                  'reasonCode',
                  c.reason_code,
                  -- Whether this ends an earlier hold before its time: the mood is read here as it was before. Only overrides ask.
                  'holdEnded',
                  CASE
                    WHEN c.changed_by = 'admin'
                    AND c.held_until IS NULL THEN EXISTS (
                      SELECT FROM model_mood_states AS s WHERE s.model_id = c.model_id AND s.held_until > c.now
                    )
                    ELSE false
                  END
                )
              ),
              ('mood-expiry', c.expires_at IS NOT NULL, c.expires_at, jsonb_build_object('version', c.version))
          ) AS p (kind, is_wanted, due_at, payload)
        WHERE p.is_wanted
        -- In the place of the end of the mood before, with an id of its own: whoever still looks at the job of that promise misses this one.
        ON CONFLICT (model_id) WHERE kind = 'mood-expiry' DO UPDATE
          SET
            id = excluded.id,
            payload = excluded.payload,
            due_at = excluded.due_at,
            queue = NULL,
            job_id = NULL,
            failed_at = NULL,
            created_at = excluded.created_at
      ),
      released AS (
        DELETE FROM outbox
        WHERE
          kind = 'mood-expiry'
          AND model_id = ANY (ARRAY(SELECT c.model_id FROM changed AS c WHERE c.expires_at IS NULL AND c.previous_end IS NOT NULL))
      )
    SELECT
      j.item,
      j.model_id,
      j.outcome,
      CASE j.outcome
        WHEN 'ended' THEN j.state_version
        ELSE j.version
      END,
      j.next_delay,
      j.changed_by,
      j.now,
      CASE j.outcome
        WHEN 'changed' THEN j.used + 1
        ELSE j.used
      END,
      j.reset_time,
      j.held_until,
      j.item = ANY (v_ended),
      v_cache.closures,
      v_cache.epoch,
      v_cache.servers
    FROM judged AS j LOOP
      IF v_result.outcome = 'ended' THEN
        -- It ends first, in the log and for whoever is told, and then it changes.
        PERFORM expire_mood(v_result.model_id, v_result.version);
        v_ended := v_ended || v_result.item;
      ELSE
        v_done := v_done || v_result.item;
        RETURN NEXT v_result;
      END IF;
    END LOOP;
    EXIT WHEN cardinality(v_done) = cardinality(v_changes);
    v_changes := ARRAY(SELECT c FROM unnest(v_changes) AS c WHERE c.item != ALL (v_done));
  END LOOP;
END;
$$;
