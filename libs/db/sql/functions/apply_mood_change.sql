-- A change is one call, hence one round trip: it waits for the model's lock, and only then reads. Each statement of a volatile function
-- takes a fresh snapshot, so what it counts after the lock is what is there: exactly 50 changes pass, under any concurrency.
CREATE OR REPLACE FUNCTION apply_mood_change(
  p_model_id uuid,
  p_mood_state text,
  p_custom_message text,
  p_auto_respond boolean,
  p_response_delay integer,
  p_expires_at timestamptz,
  p_changed_by text,
  p_admin_user_id uuid,
  p_log_id uuid,
  p_data_key_id uuid,
  p_admin_reason bytea,
  p_sealed_message bytea,
  p_ip_address bytea,
  p_user_agent bytea,
  p_hourly_limit integer,
  p_terms_version text,
  p_hold_minutes integer,
  p_reason_code text,
  OUT outcome text,
  OUT version bigint,
  OUT response_delay integer,
  OUT updated_by text,
  OUT changed_at timestamptz,
  OUT used integer,
  OUT reset_time timestamptz,
  OUT held_until timestamptz,
  OUT ended_first boolean
)
LANGUAGE plpgsql
AS $$
DECLARE
  v_now timestamptz;
  v_state model_mood_states;
  v_tail record;
BEGIN
  IF p_changed_by IS NULL OR p_changed_by NOT IN ('model', 'admin') THEN
    RAISE EXCEPTION 'a mood is changed by its model or by an administrator' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_changed_by = 'admin' AND (p_admin_user_id IS NULL OR p_admin_reason IS NULL) THEN
    RAISE EXCEPTION 'an override names its administrator and the reason' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_changed_by = 'model' AND num_nonnulls(p_admin_user_id, p_admin_reason, p_hold_minutes, p_reason_code) > 0 THEN
    RAISE EXCEPTION 'a change by the model names no administrator, reason or hold' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_data_key_id IS NULL AND num_nonnulls(p_admin_reason, p_sealed_message, p_ip_address, p_user_agent) > 0 THEN
    RAISE EXCEPTION 'what is sealed names its data key' USING ERRCODE = 'invalid_parameter_value';
  END IF;

  PERFORM pg_advisory_xact_lock(hashtextextended(p_model_id::text, 7305));
  v_now := clock_timestamp();
  ended_first := false;
  SELECT * INTO v_state FROM model_mood_states AS s WHERE s.model_id = p_model_id FOR UPDATE;

  IF NOT EXISTS (SELECT 1 FROM performers AS p WHERE p.id = p_model_id) THEN
    outcome := 'model_unknown';
    RETURN;
  ELSEIF v_state.expires_at <= v_now THEN
    -- The mood has ended, and nobody has said so yet: it ends first, in the log and for whoever is told, and then it changes.
    ended_first := (SELECT e.outcome = 'changed' FROM expire_mood(p_model_id, v_state.version) AS e);
    SELECT * INTO v_state FROM model_mood_states AS s WHERE s.model_id = p_model_id;
  END IF;
  SELECT l.version, l.hash, l.created_at
  INTO v_tail
  FROM mood_transition_logs AS l
  WHERE l.model_id = p_model_id
  ORDER BY l.version DESC
  LIMIT 1;
  -- A clock that is set back does not set the log back.
  v_now := greatest(clock_timestamp(), v_tail.created_at);

  -- The years that an ISO 8601 time can say.
  IF p_expires_at <= v_now OR p_expires_at >= '10000-01-01 00:00:00+00'::timestamptz THEN
    outcome := CASE
      WHEN p_expires_at <= v_now THEN 'end_is_over'
      ELSE 'end_is_too_late'
    END;
    RETURN;
  END IF;

  -- What an administrator set stays for the time of the hold; the reset of a mood that ends does not change that.
  held_until := CASE
    WHEN p_hold_minutes IS NULL THEN v_state.held_until
    WHEN p_hold_minutes = 0 THEN NULL
    ELSE v_now + make_interval(mins => p_hold_minutes)
  END;
  IF p_changed_by = 'model' AND held_until > v_now THEN
    outcome := 'held';
    RETURN;
  END IF;

  -- A key that was destroyed elsewhere may still be in a process's memory: nothing may be sealed with it any more.
  IF
    p_data_key_id IS NOT NULL
    AND (SELECT k.destroyed_at IS NULL AND k.model_id = p_model_id FROM audit_data_keys AS k WHERE k.id = p_data_key_id) IS NOT TRUE
  THEN
    outcome := 'key_destroyed';
    RETURN;
  END IF;

  IF
    p_terms_version IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM mood_terms_acceptances AS t WHERE t.model_id = p_model_id AND t.terms_version = p_terms_version)
  THEN
    outcome := 'terms_not_accepted';
    RETURN;
  END IF;

  IF p_hourly_limit IS NOT NULL THEN
    SELECT coalesce(sum(r.change_count), 0), coalesce(min(r.window_end), v_now + INTERVAL '60 minutes')
    INTO used, reset_time
    FROM mood_rate_limits AS r
    -- A comparison that only the index of models and windows can serve: that of windows alone has an entry for every change of the hour.
    WHERE r.model_id = p_model_id AND (r.model_id, r.window_end) > (p_model_id, v_now);
    IF used >= p_hourly_limit THEN
      outcome := 'rate_limited';
      RETURN;
    END IF;
    INSERT INTO mood_rate_limits (model_id, window_start, window_end, created_at, updated_at)
    VALUES (p_model_id, v_now, v_now + INTERVAL '60 minutes', v_now, v_now);
    used := used + 1;
  END IF;

  version := coalesce(v_tail.version, 0) + 1;
  response_delay := coalesce(p_response_delay, v_state.response_delay, 0);
  updated_by := p_changed_by;
  changed_at := v_now;
  INSERT INTO model_mood_states AS s (
    model_id,
    mood_state,
    custom_message,
    auto_respond,
    response_delay,
    expires_at,
    updated_by,
    admin_reason,
    version,
    created_at,
    updated_at,
    held_until
  )
  VALUES
    (
      p_model_id,
      p_mood_state,
      p_custom_message,
      p_auto_respond,
      apply_mood_change.response_delay,
      p_expires_at,
      p_changed_by,
      p_admin_reason,
      apply_mood_change.version,
      v_now,
      v_now,
      apply_mood_change.held_until
    )
  ON CONFLICT (model_id) DO UPDATE
    SET
      mood_state = excluded.mood_state,
      custom_message = excluded.custom_message,
      auto_respond = excluded.auto_respond,
      response_delay = excluded.response_delay,
      expires_at = excluded.expires_at,
      updated_by = excluded.updated_by,
      admin_reason = excluded.admin_reason,
      version = excluded.version,
      updated_at = excluded.updated_at,
      held_until = excluded.held_until;

  PERFORM
    append_transition(
      ROW(
        p_log_id,
        p_model_id,
        version,
        coalesce(v_state.mood_state, 'neutral'),
        p_mood_state,
        p_changed_by,
        p_admin_user_id,
        p_admin_reason,
        p_sealed_message,
        p_ip_address,
        p_user_agent,
        p_data_key_id,
        p_auto_respond,
        response_delay,
        p_expires_at,
        v_now,
        v_tail.hash,
        NULL
      )::mood_transition_logs,
      v_now
    );
  IF p_changed_by = 'admin' THEN
    INSERT INTO outbox (kind, model_id, payload)
    VALUES
      (
        'notification',
        p_model_id,
        jsonb_build_object(
          'type',
          'mood_overridden',
          'version',
          version,
          'previousState',
          coalesce(v_state.mood_state, 'neutral'),
          'newState',
          p_mood_state,
          'reasonCode',
          p_reason_code
        )
      );
  END IF;

  IF p_expires_at IS NOT NULL THEN
    INSERT INTO outbox (kind, model_id, payload, due_at)
    VALUES ('mood-expiry', p_model_id, jsonb_build_object('version', version), p_expires_at)
    -- With an id of its own: whoever still looks at the job of the promise before misses this one.
    ON CONFLICT (model_id) WHERE kind = 'mood-expiry' DO UPDATE
      SET
        id = excluded.id,
        payload = excluded.payload,
        due_at = excluded.due_at,
        queue = NULL,
        job_id = NULL,
        failed_at = NULL,
        created_at = excluded.created_at;
  ELSEIF v_state.expires_at IS NOT NULL THEN
    DELETE FROM outbox AS o WHERE o.kind = 'mood-expiry' AND o.model_id = p_model_id;
  END IF;
  outcome := 'changed';
END;
$$;
