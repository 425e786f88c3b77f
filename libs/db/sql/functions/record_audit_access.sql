-- Who has read what is sealed. Erasures, and what nobody signed in does, are recorded by the owner alone.
CREATE OR REPLACE FUNCTION record_audit_access(p_kind text, p_admin_user_id uuid, p_filter jsonb)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF p_kind IS NULL OR p_kind NOT IN ('read', 'export') OR p_admin_user_id IS NULL THEN
    RAISE EXCEPTION 'a reading or an export by an administrator is recorded here' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO mood_audit_accesses (kind, admin_user_id, filter, created_at) VALUES (p_kind, p_admin_user_id, p_filter, clock_timestamp());
END;
$$;
