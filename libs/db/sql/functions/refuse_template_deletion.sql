-- Their versions and the replies that they were used in name templates for ever.
CREATE OR REPLACE FUNCTION refuse_template_deletion()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'templates are not deleted: set active to false' USING ERRCODE = 'insufficient_privilege';
END;
$$;
