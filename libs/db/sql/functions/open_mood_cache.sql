-- Opens the cache of moods, unless it was opened or closed since the caller saw it closed for the p_closures-th time, or a process does not reach
-- these servers. Every change of a mood is committed before, or is told of the new epoch. Changes wait for it, but not for long.
CREATE OR REPLACE FUNCTION open_mood_cache(p_closures bigint, p_epoch text, p_servers text)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET lock_timeout = '100ms'
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7308);
  UPDATE mood_cache AS c
  SET
    epoch = p_epoch,
    servers = p_servers,
    changed_at = clock_timestamp()
  WHERE
    c.epoch IS NULL
    AND c.closures = p_closures
    AND NOT EXISTS (
      SELECT
      FROM mood_cache_processes AS p
      WHERE p.seen_at > clock_timestamp() - INTERVAL '2 seconds' AND p.servers IS DISTINCT FROM p_servers
    );
  IF NOT found THEN
    RETURN false;
  END IF;
  DELETE FROM mood_cache_processes;
  RETURN true;
EXCEPTION WHEN lock_not_available THEN -- A change waits for a model.
  RETURN false;
END;
$$;
