-- Removes windows that are closed, which count no more: at most p_limit. Returns how many went.
CREATE OR REPLACE FUNCTION purge_rate_limits(p_limit integer)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_purged integer;
BEGIN
  WITH
    purged AS (
      DELETE FROM mood_rate_limits
      WHERE ctid = ANY (ARRAY(SELECT r.ctid FROM mood_rate_limits AS r WHERE r.window_end < now() LIMIT p_limit))
      RETURNING 1
    )
  SELECT count(*)
  INTO v_purged
  FROM purged;
  RETURN v_purged;
END;
$$;
