-- A template keeps its id and its origin; versions, revisions and times are not the writer's to choose.
CREATE OR REPLACE FUNCTION number_template_version()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.revision := (SELECT revision FROM mood_template_catalog);
  NEW.updated_at := clock_timestamp();
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := NEW.updated_at;
  ELSE
    NEW.id := OLD.id;
    NEW.version := OLD.version + 1;
    NEW.created_by := OLD.created_by;
    NEW.created_at := OLD.created_at;
  END IF;
  RETURN NEW;
END;
$$;
