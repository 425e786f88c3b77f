-- Revisions and times are not the writer's to choose.
CREATE OR REPLACE FUNCTION number_experiment_decision()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.revision := (SELECT revision FROM mood_template_catalog);
  NEW.created_at := clock_timestamp();
  RETURN NEW;
END;
$$;
