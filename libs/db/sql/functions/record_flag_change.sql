-- Numbers and records every change of a flag, whoever makes it. The catalog stays locked until the transaction ends, so that changes are
-- committed in the order of their revisions.
CREATE OR REPLACE FUNCTION record_flag_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION 'the setting of a flag is not deleted: set the flag' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE mood_flag_catalog SET revision = revision + 1;
  NEW.version := CASE TG_OP
    WHEN 'UPDATE' THEN OLD.version + 1
    ELSE 1
  END;
  NEW.changed_by := nullif(current_setting('mood.changed_by', true), '')::uuid;
  NEW.reason := nullif(current_setting('mood.change_reason', true), '');
  NEW.changed_at := clock_timestamp();
  INSERT INTO mood_flag_changes (key, version, before, after, changed_by, reason, changed_at)
  VALUES
    (
      NEW.key,
      NEW.version,
      CASE TG_OP
        WHEN 'UPDATE' THEN OLD.rule
      END,
      NEW.rule,
      NEW.changed_by,
      NEW.reason,
      NEW.changed_at
    );
  RETURN NEW;
END;
$$;
