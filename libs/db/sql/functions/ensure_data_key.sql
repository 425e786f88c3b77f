-- The model's data key that is in use; if there is none, the one that is offered. Of two that are offered at once both callers get the one.
CREATE OR REPLACE FUNCTION ensure_data_key(
  p_id uuid,
  p_model_id uuid,
  p_master_key_id text,
  p_wrapped_key bytea,
  OUT id uuid,
  OUT master_key_id text,
  OUT wrapped_key bytea
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  FOR turn IN 1..2 LOOP
    SELECT k.id, k.master_key_id, k.wrapped_key
    INTO id, master_key_id, wrapped_key
    FROM audit_data_keys AS k
    WHERE k.model_id = p_model_id AND k.destroyed_at IS NULL;
    IF id IS NOT NULL OR turn = 2 THEN
      RETURN;
    END IF;
    INSERT INTO audit_data_keys (id, model_id, master_key_id, wrapped_key, created_at)
    VALUES (p_id, p_model_id, p_master_key_id, p_wrapped_key, clock_timestamp())
    ON CONFLICT (model_id) WHERE destroyed_at IS NULL DO NOTHING;
  END LOOP;
END;
$$;
