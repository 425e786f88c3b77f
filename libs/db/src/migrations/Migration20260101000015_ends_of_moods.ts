import { Migration } from '@mikro-orm/migrations';

/**
 * A mood's end is a promise in the outbox: at most one for a model, replaced or removed by the statement that changes the mood. What a
 * change may say is checked here, where the role of the running processes cannot get around it: the database's clock alone decides about
 * times, and only `expire_mood` writes resets. The functions of before are dropped: no release has shipped that calls them.
 */
export class Migration20260101000015_ends_of_moods extends Migration {
  override up(): void {
    this.addSql(promises);
    this.addSql(dropped);
    this.addSql(appendTransition);
    this.addSql(expireMood);
    this.addSql(applyChange);
    this.addSql(changeMood);
    this.addSql(changeMoods);
  }
}

const promises = `
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check
  CHECK (kind IN ('mood-changed', 'notification', 'auto-reply', 'auto-reply-sent', 'mood-expiry'));
CREATE UNIQUE INDEX outbox_one_expiry ON outbox (model_id) WHERE kind = 'mood-expiry';
-- Ends that are years away stay out of the index that is read ten times a second.
DROP INDEX outbox_unpublished;
CREATE INDEX outbox_unpublished ON outbox (created_at, id) WHERE job_id IS NULL AND failed_at IS NULL AND kind <> 'mood-expiry';
CREATE INDEX outbox_expiries ON outbox (due_at) WHERE job_id IS NULL AND failed_at IS NULL AND kind = 'mood-expiry';
INSERT INTO outbox (kind, model_id, payload, due_at)
  SELECT 'mood-expiry', model_id, jsonb_build_object('version', version), expires_at FROM model_mood_states WHERE expires_at IS NOT NULL;
-- Only the sweep over all moods read it.
DROP INDEX idx_mood_expiry;
`;

const dropped = `
DROP FUNCTION change_moods(uuid[], text[], text[], boolean[], integer[], timestamptz[], text[], uuid[], uuid[], uuid[], bytea[], bytea[],
  bytea[], bytea[], integer[], text[], bigint[], integer[], text[]);
DROP FUNCTION change_mood(uuid, text, text, boolean, integer, timestamptz, text, uuid, uuid, uuid, bytea, bytea, bytea, bytea, integer, text,
  bigint, integer, text);
DROP FUNCTION change_mood(uuid, text, text, boolean, integer, timestamptz, text, uuid, uuid, uuid, bytea, bytea, bytea, bytea, integer, text,
  bigint);
`;

const appendTransition = `
-- The row of the audit log, with its hash, and the event. The event says when the change took effect, and when it was written.
CREATE FUNCTION append_transition(p_log mood_transition_logs, p_effective_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  p_log.hash := mood_transition_hash(p_log);
  INSERT INTO mood_transition_logs SELECT p_log.*;
  INSERT INTO outbox (kind, model_id, payload) VALUES ('mood-changed', p_log.model_id, jsonb_build_object(
    'version', p_log.version, 'previousState', p_log.previous_state, 'newState', p_log.new_state, 'changedBy', p_log.changed_by,
    'timestamp', p_effective_at, 'recordedAt', p_log.created_at));
END $$;
`;

const expireMood = `
-- Resets a mood whose time is over by this clock. It takes effect when the mood ended, so that a read before and after it says the same.
CREATE FUNCTION expire_mood(
  p_model_id uuid, p_version bigint,
  OUT outcome text, OUT version bigint, OUT updated_by text, OUT changed_at timestamptz, OUT remaining_ms double precision
) LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz;
  v_state model_mood_states;
  v_tail record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_model_id::text, 7305));
  SELECT * INTO v_state FROM model_mood_states s WHERE s.model_id = p_model_id FOR UPDATE;
  IF v_state.version IS DISTINCT FROM p_version OR v_state.expires_at IS NULL THEN
    -- The model was deleted: nobody else takes its promise away.
    DELETE FROM outbox o WHERE o.kind = 'mood-expiry' AND o.model_id = p_model_id AND (o.payload->>'version')::bigint = p_version;
    outcome := 'superseded';
    RETURN;
  END IF;
  SELECT l.version, l.hash, l.created_at INTO v_tail FROM mood_transition_logs l
    WHERE l.model_id = p_model_id ORDER BY l.version DESC LIMIT 1;
  v_now := greatest(clock_timestamp(), v_tail.created_at);
  IF v_state.expires_at > v_now THEN
    outcome := 'not_due';
    remaining_ms := extract(epoch FROM v_state.expires_at - v_now) * 1000;
    RETURN;
  END IF;

  version := coalesce(v_tail.version, 0) + 1;
  updated_by := v_state.updated_by;
  changed_at := v_state.expires_at;
  UPDATE model_mood_states s SET mood_state = 'neutral', custom_message = NULL, auto_respond = false, response_delay = 0, expires_at = NULL,
      admin_reason = NULL, version = expire_mood.version, updated_at = v_state.expires_at
    WHERE s.model_id = p_model_id;
  PERFORM append_transition(ROW(uuidv7(), p_model_id, version, v_state.mood_state, 'neutral', 'system', NULL, NULL, NULL, NULL, NULL, NULL,
    false, 0, NULL, v_now, v_tail.hash, NULL)::mood_transition_logs, v_state.expires_at);
  INSERT INTO outbox (kind, model_id, payload) VALUES ('notification', p_model_id, jsonb_build_object(
    'type', 'mood_expired', 'version', version, 'previousState', v_state.mood_state, 'newState', 'neutral', 'reasonCode', NULL));
  DELETE FROM outbox o WHERE o.kind = 'mood-expiry' AND o.model_id = p_model_id;
  outcome := 'changed';
END $$;
`;

const applyChange = `
-- A change is one call, hence one round trip: it waits for the model's lock, and only then reads. Each statement of a volatile function
-- takes a fresh snapshot, so what it counts after the lock is what is there: exactly 50 changes pass, under any concurrency.
CREATE FUNCTION apply_mood_change(
  p_model_id uuid, p_mood_state text, p_custom_message text, p_auto_respond boolean, p_response_delay integer,
  p_expires_at timestamptz, p_changed_by text, p_admin_user_id uuid, p_log_id uuid, p_data_key_id uuid,
  p_admin_reason bytea, p_sealed_message bytea, p_ip_address bytea, p_user_agent bytea,
  p_hourly_limit integer, p_terms_version text, p_hold_minutes integer, p_reason_code text,
  OUT outcome text, OUT version bigint, OUT response_delay integer, OUT updated_by text, OUT changed_at timestamptz,
  OUT used integer, OUT reset_time timestamptz, OUT held_until timestamptz, OUT ended_first boolean
) LANGUAGE plpgsql AS $$
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
  SELECT * INTO v_state FROM model_mood_states s WHERE s.model_id = p_model_id FOR UPDATE;

  IF NOT EXISTS (SELECT 1 FROM performers p WHERE p.id = p_model_id) THEN
    outcome := 'model_unknown';
    RETURN;
  ELSIF v_state.expires_at <= v_now THEN
    -- The mood has ended, and nobody has said so yet: it ends first, in the log and for whoever is told, and then it changes.
    ended_first := (SELECT e.outcome = 'changed' FROM expire_mood(p_model_id, v_state.version) e);
    SELECT * INTO v_state FROM model_mood_states s WHERE s.model_id = p_model_id;
  END IF;
  SELECT l.version, l.hash, l.created_at INTO v_tail FROM mood_transition_logs l
    WHERE l.model_id = p_model_id ORDER BY l.version DESC LIMIT 1;
  -- A clock that is set back does not set the log back.
  v_now := greatest(clock_timestamp(), v_tail.created_at);

  -- The years that an ISO 8601 time can say.
  IF p_expires_at <= v_now OR p_expires_at >= timestamptz '10000-01-01 00:00:00+00' THEN
    outcome := CASE WHEN p_expires_at <= v_now THEN 'end_is_over' ELSE 'end_is_too_late' END;
    RETURN;
  END IF;

  -- What an administrator set stays for the time of the hold; the reset of a mood that ends does not change that.
  held_until := CASE WHEN p_hold_minutes IS NULL THEN v_state.held_until
    WHEN p_hold_minutes = 0 THEN NULL ELSE v_now + make_interval(mins => p_hold_minutes) END;
  IF p_changed_by = 'model' AND held_until > v_now THEN
    outcome := 'held';
    RETURN;
  END IF;

  -- A key that was destroyed elsewhere may still be in a process's memory: nothing may be sealed with it any more.
  IF p_data_key_id IS NOT NULL AND (
    SELECT k.destroyed_at IS NULL AND k.model_id = p_model_id FROM audit_data_keys k WHERE k.id = p_data_key_id
  ) IS NOT TRUE THEN
    outcome := 'key_destroyed';
    RETURN;
  END IF;

  IF p_terms_version IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM mood_terms_acceptances t WHERE t.model_id = p_model_id AND t.terms_version = p_terms_version
  ) THEN
    outcome := 'terms_not_accepted';
    RETURN;
  END IF;

  IF p_hourly_limit IS NOT NULL THEN
    SELECT coalesce(sum(r.change_count), 0), coalesce(min(r.window_end), v_now + interval '60 minutes')
      INTO used, reset_time FROM mood_rate_limits r
      -- A comparison that only the index of models and windows can serve: that of windows alone has an entry for every change of the hour.
      WHERE r.model_id = p_model_id AND (r.model_id, r.window_end) > (p_model_id, v_now);
    IF used >= p_hourly_limit THEN
      outcome := 'rate_limited';
      RETURN;
    END IF;
    INSERT INTO mood_rate_limits (model_id, window_start, window_end, created_at, updated_at)
      VALUES (p_model_id, v_now, v_now + interval '60 minutes', v_now, v_now);
    used := used + 1;
  END IF;

  version := coalesce(v_tail.version, 0) + 1;
  response_delay := coalesce(p_response_delay, v_state.response_delay, 0);
  updated_by := p_changed_by;
  changed_at := v_now;
  INSERT INTO model_mood_states AS s (model_id, mood_state, custom_message, auto_respond, response_delay, expires_at,
      updated_by, admin_reason, version, created_at, updated_at, held_until)
    VALUES (p_model_id, p_mood_state, p_custom_message, p_auto_respond, apply_mood_change.response_delay, p_expires_at,
      p_changed_by, p_admin_reason, apply_mood_change.version, v_now, v_now, apply_mood_change.held_until)
    ON CONFLICT (model_id) DO UPDATE SET mood_state = excluded.mood_state, custom_message = excluded.custom_message,
      auto_respond = excluded.auto_respond, response_delay = excluded.response_delay, expires_at = excluded.expires_at,
      updated_by = excluded.updated_by, admin_reason = excluded.admin_reason, version = excluded.version,
      updated_at = excluded.updated_at, held_until = excluded.held_until;

  PERFORM append_transition(ROW(p_log_id, p_model_id, version, coalesce(v_state.mood_state, 'neutral'), p_mood_state, p_changed_by,
    p_admin_user_id, p_admin_reason, p_sealed_message, p_ip_address, p_user_agent, p_data_key_id, p_auto_respond,
    response_delay, p_expires_at, v_now, v_tail.hash, NULL)::mood_transition_logs, v_now);
  IF p_changed_by = 'admin' THEN
    INSERT INTO outbox (kind, model_id, payload) VALUES ('notification', p_model_id, jsonb_build_object(
      'type', 'mood_overridden', 'version', version, 'previousState', coalesce(v_state.mood_state, 'neutral'), 'newState', p_mood_state,
      'reasonCode', p_reason_code));
  END IF;

  IF p_expires_at IS NOT NULL THEN
    INSERT INTO outbox (kind, model_id, payload, due_at)
      VALUES ('mood-expiry', p_model_id, jsonb_build_object('version', version), p_expires_at)
      -- With an id of its own: whoever still looks at the job of the promise before misses this one.
      ON CONFLICT (model_id) WHERE kind = 'mood-expiry' DO UPDATE SET id = excluded.id, payload = excluded.payload,
        due_at = excluded.due_at, queue = NULL, job_id = NULL, failed_at = NULL, created_at = excluded.created_at;
  ELSIF v_state.expires_at IS NOT NULL THEN
    DELETE FROM outbox o WHERE o.kind = 'mood-expiry' AND o.model_id = p_model_id;
  END IF;
  outcome := 'changed';
END $$;
`;

const changeMood = `
-- For callers: it runs with the rights of its owner, which costs too much to be asked for once for every change of a group.
CREATE FUNCTION change_mood(
  p_model_id uuid, p_mood_state text, p_custom_message text, p_auto_respond boolean, p_response_delay integer,
  p_expires_at timestamptz, p_changed_by text, p_admin_user_id uuid, p_log_id uuid, p_data_key_id uuid,
  p_admin_reason bytea, p_sealed_message bytea, p_ip_address bytea, p_user_agent bytea,
  p_hourly_limit integer, p_terms_version text, p_hold_minutes integer, p_reason_code text,
  OUT outcome text, OUT version bigint, OUT response_delay integer, OUT updated_by text, OUT changed_at timestamptz,
  OUT used integer, OUT reset_time timestamptz, OUT held_until timestamptz, OUT ended_first boolean
) LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.* INTO outcome, version, response_delay, updated_by, changed_at, used, reset_time, held_until, ended_first
    FROM apply_mood_change(p_model_id, p_mood_state, p_custom_message, p_auto_respond, p_response_delay, p_expires_at, p_changed_by,
      p_admin_user_id, p_log_id, p_data_key_id, p_admin_reason, p_sealed_message, p_ip_address, p_user_agent, p_hourly_limit,
      p_terms_version, p_hold_minutes, p_reason_code) c;
END $$;
`;

const changeMoods = `
-- Several changes in one round trip and one transaction. A model that somebody else is changing at this moment is left out, so that nobody
-- waits for it but those who want to change it: no row comes back for it.
CREATE FUNCTION change_moods(
  p_model_id uuid[], p_mood_state text[], p_custom_message text[], p_auto_respond boolean[], p_response_delay integer[],
  p_expires_at timestamptz[], p_changed_by text[], p_admin_user_id uuid[], p_log_id uuid[], p_data_key_id uuid[],
  p_admin_reason bytea[], p_sealed_message bytea[], p_ip_address bytea[], p_user_agent bytea[],
  p_hourly_limit integer[], p_terms_version text[], p_hold_minutes integer[], p_reason_code text[]
) RETURNS TABLE (
  item integer, outcome text, version bigint, response_delay integer, updated_by text, changed_at timestamptz,
  used integer, reset_time timestamptz, held_until timestamptz, ended_first boolean
) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1 .. cardinality(p_model_id) LOOP
    -- The lock that apply_mood_change takes.
    CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(p_model_id[i]::text, 7305));
    item := i;
    SELECT c.outcome, c.version, c.response_delay, c.updated_by, c.changed_at, c.used, c.reset_time, c.held_until, c.ended_first
      INTO outcome, version, response_delay, updated_by, changed_at, used, reset_time, held_until, ended_first
      FROM apply_mood_change(p_model_id[i], p_mood_state[i], p_custom_message[i], p_auto_respond[i], p_response_delay[i],
        p_expires_at[i], p_changed_by[i], p_admin_user_id[i], p_log_id[i], p_data_key_id[i],
        p_admin_reason[i], p_sealed_message[i], p_ip_address[i], p_user_agent[i],
        p_hourly_limit[i], p_terms_version[i], p_hold_minutes[i], p_reason_code[i]) c;
    RETURN NEXT;
  END LOOP;
END $$;
`;
