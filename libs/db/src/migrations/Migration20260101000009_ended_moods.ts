import { Migration } from '@mikro-orm/migrations';

/**
 * The same function, which ends a mood whose time is over before it changes it, when the reset has not come to that; and which counts the
 * changes of a model through its own index, whatever the planner knows.
 */
export class Migration20260101000009_ended_moods extends Migration {
  override up(): void {
    this.addSql(`
CREATE OR REPLACE FUNCTION change_mood(
  p_model_id uuid, p_mood_state text, p_custom_message text, p_auto_respond boolean, p_response_delay integer,
  p_expires_at timestamptz, p_changed_by text, p_admin_user_id uuid, p_log_id uuid, p_data_key_id uuid,
  p_admin_reason bytea, p_sealed_message bytea, p_ip_address bytea, p_user_agent bytea,
  p_hourly_limit integer, p_terms_version text, p_expected_version bigint,
  p_hold_minutes integer, p_reason_code text,
  OUT outcome text, OUT version bigint, OUT response_delay integer, OUT updated_by text, OUT changed_at timestamptz,
  OUT used integer, OUT reset_time timestamptz, OUT remaining_ms double precision, OUT held_until timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz;
  v_state model_mood_states;
  v_tail record;
  v_log mood_transition_logs;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_model_id::text, 7305));
  v_now := clock_timestamp();

  SELECT * INTO v_state FROM model_mood_states s WHERE s.model_id = p_model_id FOR UPDATE;

  IF p_expected_version IS NOT NULL THEN
    IF v_state.version IS DISTINCT FROM p_expected_version OR v_state.expires_at IS NULL THEN
      outcome := 'superseded';
      RETURN;
    END IF;
    IF v_state.expires_at > v_now THEN
      outcome := 'not_due';
      remaining_ms := extract(epoch FROM v_state.expires_at - v_now) * 1000;
      RETURN;
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM performers p WHERE p.id = p_model_id) THEN
    outcome := 'model_unknown';
    RETURN;
  ELSIF v_state.expires_at <= v_now THEN
    -- The mood has ended, and nobody has said so yet: it ends first, in the log and for whoever is told, and then it changes.
    PERFORM change_mood(p_model_id, 'neutral', NULL, false, 0, NULL, 'system', NULL, uuidv7(), NULL, NULL, NULL, NULL, NULL,
      NULL, NULL, v_state.version, NULL, NULL);
    SELECT * INTO v_state FROM model_mood_states s WHERE s.model_id = p_model_id;
    v_now := clock_timestamp();
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
    SELECT k.destroyed_at IS NULL FROM audit_data_keys k WHERE k.id = p_data_key_id
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

  SELECT l.version, l.hash INTO v_tail FROM mood_transition_logs l
    WHERE l.model_id = p_model_id ORDER BY l.version DESC LIMIT 1;
  version := coalesce(v_tail.version, 0) + 1;
  response_delay := coalesce(p_response_delay, v_state.response_delay, 0);
  updated_by := CASE p_changed_by WHEN 'system' THEN coalesce(v_state.updated_by, 'model') ELSE p_changed_by END;
  -- A reset takes effect when the mood ended, so that a read before and after it gives the same answer.
  changed_at := CASE p_changed_by WHEN 'system' THEN v_state.expires_at ELSE v_now END;

  INSERT INTO model_mood_states AS s (model_id, mood_state, custom_message, auto_respond, response_delay, expires_at,
      updated_by, admin_reason, version, created_at, updated_at, held_until)
    VALUES (p_model_id, p_mood_state, p_custom_message, p_auto_respond, change_mood.response_delay, p_expires_at,
      change_mood.updated_by, p_admin_reason, change_mood.version, v_now, changed_at,
      change_mood.held_until)
    ON CONFLICT (model_id) DO UPDATE SET mood_state = excluded.mood_state, custom_message = excluded.custom_message,
      auto_respond = excluded.auto_respond, response_delay = excluded.response_delay, expires_at = excluded.expires_at,
      updated_by = excluded.updated_by, admin_reason = excluded.admin_reason, version = excluded.version,
      updated_at = excluded.updated_at, held_until = excluded.held_until;

  v_log := ROW(p_log_id, p_model_id, version, coalesce(v_state.mood_state, 'neutral'), p_mood_state, p_changed_by,
    p_admin_user_id, p_admin_reason, p_sealed_message, p_ip_address, p_user_agent, p_data_key_id, p_auto_respond,
    response_delay, p_expires_at, v_now, v_tail.hash, NULL);
  v_log.hash := mood_transition_hash(v_log);
  INSERT INTO mood_transition_logs SELECT v_log.*;

  INSERT INTO outbox (kind, model_id, payload) VALUES ('mood-changed', p_model_id, jsonb_build_object(
    'version', version, 'previousState', v_log.previous_state, 'newState', p_mood_state, 'changedBy', p_changed_by,
    'timestamp', v_now, 'expiresAt', p_expires_at));
  IF p_changed_by <> 'model' THEN
    INSERT INTO outbox (kind, model_id, payload) VALUES ('notification', p_model_id, jsonb_build_object(
      'type', CASE p_changed_by WHEN 'system' THEN 'mood_expired' ELSE 'mood_overridden' END, 'version', version,
      'reasonCode', p_reason_code));
  END IF;
  outcome := 'changed';
END $$;
`);
  }
}
