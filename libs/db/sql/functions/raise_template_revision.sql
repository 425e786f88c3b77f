-- Locks the catalog until the transaction ends, so that writers of templates commit in the order of their revisions.
CREATE OR REPLACE FUNCTION raise_template_revision()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE mood_template_catalog SET revision = revision + 1;
  RETURN NULL;
END;
$$;
