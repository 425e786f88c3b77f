-- Resets a mood whose time is over by this clock. It takes effect when the mood ended, so that a read before and after it says the same.
CREATE OR REPLACE FUNCTION expire_mood(
  p_model_id uuid,
  p_version bigint,
  OUT outcome text,
  OUT version bigint,
  OUT updated_by text,
  OUT changed_at timestamptz,
  OUT remaining_ms double precision,
  -- Where the cache stands at the time of the commit, as in mood_cache.
  OUT cache_closures bigint,
  OUT cache_epoch text,
  OUT cache_servers text
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_now timestamptz;
  v_state model_mood_states;
  v_tail record;
BEGIN
  -- As in change_moods.
  PERFORM pg_advisory_xact_lock_shared(7308);
  SELECT c.closures, c.epoch, c.servers INTO cache_closures, cache_epoch, cache_servers FROM mood_cache AS c;
  PERFORM pg_advisory_xact_lock(hashtextextended(p_model_id::text, 7305));
  SELECT * INTO v_state FROM model_mood_states AS s WHERE s.model_id = p_model_id FOR UPDATE;
  IF v_state.version IS DISTINCT FROM p_version OR v_state.expires_at IS NULL THEN
    -- The model was deleted: nobody else takes its promise away.
    DELETE FROM outbox AS o WHERE o.kind = 'mood-expiry' AND o.model_id = p_model_id AND (o.payload ->> 'version')::bigint = p_version;
    outcome := 'superseded';
    RETURN;
  END IF;
  SELECT l.version, l.hash, l.created_at
  INTO v_tail
  FROM mood_transition_logs AS l
  WHERE l.model_id = p_model_id
  ORDER BY l.version DESC
  LIMIT 1;
  v_now := greatest(clock_timestamp(), v_tail.created_at);
  IF v_state.expires_at > v_now THEN
    outcome := 'not_due';
    remaining_ms := EXTRACT(EPOCH FROM v_state.expires_at - v_now) * 1000;
    RETURN;
  END IF;

  version := coalesce(v_tail.version, 0) + 1;
  updated_by := v_state.updated_by;
  changed_at := v_state.expires_at;
  UPDATE model_mood_states AS s
  SET
    mood_state = 'neutral',
    custom_message = NULL,
    auto_respond = false,
    response_delay = 0,
    expires_at = NULL,
    admin_reason = NULL,
    changed_by = 'system',
    version = expire_mood.version,
    updated_at = v_state.expires_at
  WHERE s.model_id = p_model_id;
  INSERT INTO mood_transition_logs
  SELECT *
  FROM
    seal_transition(
      ROW(
        uuidv7(),
        p_model_id,
        version,
        v_state.mood_state,
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
        v_now,
        v_tail.hash,
        NULL
      )::mood_transition_logs
    );
  INSERT INTO outbox (kind, model_id, payload)
  VALUES
    (
      'mood-changed',
      p_model_id,
      jsonb_build_object(
        'version',
        version,
        'previousState',
        v_state.mood_state,
        'newState',
        'neutral',
        'changedBy',
        'system',
        'timestamp',
        v_state.expires_at,
        'recordedAt',
        v_now
      )
    ),
    (
      'notification',
      p_model_id,
      jsonb_build_object(
        'type',
        'mood_expired',
        'version',
        version,
        'previousState',
        v_state.mood_state,
        'newState',
        'neutral',
        'reasonCode',
        NULL
      )
    );
  DELETE FROM outbox AS o WHERE o.kind = 'mood-expiry' AND o.model_id = p_model_id;
  outcome := 'changed';
END;
$$;
