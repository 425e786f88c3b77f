-- Sets a flag. p_expected_version is the version that was edited, 0 for a flag that nobody has set; null: whatever is current.
-- @returns changed, unchanged (it was so already) or stale (another version is current), and the version that is current then.
CREATE OR REPLACE FUNCTION set_flag(
  p_key text,
  p_rule jsonb,
  p_expected_version integer,
  p_changed_by uuid,
  p_reason text,
  OUT outcome text,
  OUT current_version integer
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_rule jsonb;
BEGIN
  IF p_reason IS NULL OR btrim(p_reason) = '' THEN
    RAISE EXCEPTION 'a flag is set for a reason' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- One at a time: a row that is not there yet cannot be locked.
  PERFORM FROM mood_flag_catalog FOR UPDATE;
  SELECT f.rule, f.version INTO v_rule, current_version FROM mood_flags AS f WHERE f.key = p_key;
  current_version := coalesce(current_version, 0);
  IF p_expected_version != current_version THEN
    outcome := 'stale';
    RETURN;
  END IF;
  IF v_rule = p_rule THEN
    outcome := 'unchanged';
    RETURN;
  END IF;
  PERFORM set_config('mood.changed_by', coalesce(p_changed_by::text, ''), true), set_config('mood.change_reason', p_reason, true);
  IF current_version = 0 THEN
    INSERT INTO mood_flags (key, rule) VALUES (p_key, p_rule);
  ELSE
    UPDATE mood_flags AS f SET rule = p_rule WHERE f.key = p_key;
  END IF;
  outcome := 'changed';
  current_version := current_version + 1;
END;
$$;
