-- After templates or decisions about experiments have been written: with the rows as they were, or as they are.
CREATE OR REPLACE FUNCTION renew_changed_experiments()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM renew_experiment_phases(ARRAY(SELECT DISTINCT experiment FROM changed WHERE experiment IS NOT NULL));
  RETURN NULL;
END;
$$;
