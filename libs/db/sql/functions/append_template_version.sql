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
  RETURN NULL;
END;
$$;
