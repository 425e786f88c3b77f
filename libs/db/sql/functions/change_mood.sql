-- For callers: it runs with the rights of its owner, which costs too much to be asked for once for every change of a group.
CREATE OR REPLACE FUNCTION change_mood(
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
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  SELECT c.*
  INTO outcome, version, response_delay, updated_by, changed_at, used, reset_time, held_until, ended_first
  FROM
    apply_mood_change(
      p_model_id,
      p_mood_state,
      p_custom_message,
      p_auto_respond,
      p_response_delay,
      p_expires_at,
      p_changed_by,
      p_admin_user_id,
      p_log_id,
      p_data_key_id,
      p_admin_reason,
      p_sealed_message,
      p_ip_address,
      p_user_agent,
      p_hourly_limit,
      p_terms_version,
      p_hold_minutes,
      p_reason_code
    ) AS c;
END;
$$;
