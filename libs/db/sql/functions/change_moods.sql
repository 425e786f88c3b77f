-- Several changes in one round trip and one transaction. A model that somebody else is changing at this moment is left out, so that nobody
-- waits for it but those who want to change it: no row comes back for it.
CREATE OR REPLACE FUNCTION change_moods(
  p_model_id uuid[],
  p_mood_state text[],
  p_custom_message text[],
  p_auto_respond boolean[],
  p_response_delay integer[],
  p_expires_at timestamptz[],
  p_changed_by text[],
  p_admin_user_id uuid[],
  p_log_id uuid[],
  p_data_key_id uuid[],
  p_admin_reason bytea[],
  p_sealed_message bytea[],
  p_ip_address bytea[],
  p_user_agent bytea[],
  p_hourly_limit integer[],
  p_terms_version text[],
  p_hold_minutes integer[],
  p_reason_code text[]
)
RETURNS TABLE (
  item integer,
  outcome text,
  version bigint,
  response_delay integer,
  updated_by text,
  changed_at timestamptz,
  used integer,
  reset_time timestamptz,
  held_until timestamptz,
  ended_first boolean
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  FOR i IN 1..cardinality(p_model_id) LOOP
    -- The lock that apply_mood_change takes.
    CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(p_model_id[i]::text, 7305));
    item := i;
    SELECT c.outcome, c.version, c.response_delay, c.updated_by, c.changed_at, c.used, c.reset_time, c.held_until, c.ended_first
    INTO outcome, version, response_delay, updated_by, changed_at, used, reset_time, held_until, ended_first
    FROM
      apply_mood_change(
        p_model_id[i],
        p_mood_state[i],
        p_custom_message[i],
        p_auto_respond[i],
        p_response_delay[i],
        p_expires_at[i],
        p_changed_by[i],
        p_admin_user_id[i],
        p_log_id[i],
        p_data_key_id[i],
        p_admin_reason[i],
        p_sealed_message[i],
        p_ip_address[i],
        p_user_agent[i],
        p_hourly_limit[i],
        p_terms_version[i],
        p_hold_minutes[i],
        p_reason_code[i]
      ) AS c;
    RETURN NEXT;
  END LOOP;
END;
$$;
