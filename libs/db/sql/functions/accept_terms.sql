-- When a model first accepted a version of the terms, which is now unless it had.
CREATE OR REPLACE FUNCTION accept_terms(p_model_id uuid, p_terms_version text)
RETURNS timestamptz
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO mood_terms_acceptances (model_id, terms_version, accepted_at)
  VALUES (p_model_id, p_terms_version, clock_timestamp())
  ON CONFLICT (model_id, terms_version) DO NOTHING;
  IF FOUND THEN
    INSERT INTO outbox (kind, model_id, payload)
    VALUES
      ('terms-accepted', p_model_id, jsonb_build_object('timestamp', clock_timestamp(), 'termsVersion', p_terms_version));
  END IF;
  RETURN (SELECT t.accepted_at FROM mood_terms_acceptances AS t WHERE t.model_id = p_model_id AND t.terms_version = p_terms_version);
END;
$$;
