-- Says who made the last change. updated_by names the last human and stays the same at a reset, which is the only change that dates from the end of the mood before.
CREATE OR REPLACE FUNCTION note_who_changed_mood()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.expires_at IS NULL AND NEW.updated_at = OLD.expires_at THEN
    NEW.changed_by := 'system';
  ELSE
    NEW.changed_by := NEW.updated_by;
  END IF;
  RETURN NEW;
END;
$$;
