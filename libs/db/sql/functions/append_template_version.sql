-- Every state that a template has had, whoever changed it. Who and why stand in settings of the transaction.
CREATE OR REPLACE FUNCTION append_template_version()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO mood_template_versions
    (
      template_id,
      version,
      mood_state,
      template_type,
      tier_level,
      content,
      priority,
      active,
      locale,
      experiment,
      weight,
      changed_by,
      reason,
      created_at
    )
  VALUES
    (
      NEW.id,
      NEW.version,
      NEW.mood_state,
      NEW.template_type,
      NEW.tier_level,
      NEW.content,
      NEW.priority,
      NEW.active,
      NEW.locale,
      NEW.experiment,
      NEW.weight,
      nullif(current_setting('mood.changed_by', true), '')::uuid,
      nullif(current_setting('mood.change_reason', true), ''),
      clock_timestamp()
    );
  -- What a database begins with is no change that anybody made.
  IF current_setting('mood.change_reason', true) IS DISTINCT FROM 'default set' THEN
    INSERT INTO outbox (kind, model_id, payload)
    VALUES
      (
        'template-changed',
        -- Of no model.
        '00000000-0000-0000-0000-000000000000',
        jsonb_build_object(
          'timestamp',
          clock_timestamp(),
          'templateId',
          NEW.id,
          'templateVersion',
          NEW.version,
          'templateType',
          NEW.template_type,
          'moodState',
          NEW.mood_state,
          'tierLevel',
          NEW.tier_level,
          'locale',
          NEW.locale,
          'active',
          NEW.active
        )
      );
  END IF;
  RETURN NULL;
END;
$$;
