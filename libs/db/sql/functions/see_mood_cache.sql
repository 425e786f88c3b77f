-- Where the cache of moods stands. While it is closed, the process says which Redis servers it reaches (null: none), and is told whether it
-- may open it: it is the first of all that have said something in the last two seconds, and all reach the same servers.
CREATE OR REPLACE FUNCTION see_mood_cache(
  p_process uuid,
  p_servers text,
  OUT closures bigint,
  OUT epoch text,
  OUT servers text,
  OUT may_open boolean
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  SELECT c.closures, c.epoch, c.servers INTO closures, epoch, servers FROM mood_cache AS c;
  may_open := false;
  IF epoch IS NOT NULL OR current_setting('transaction_read_only')::boolean THEN
    RETURN;
  END IF;
  INSERT INTO mood_cache_processes AS p (process, servers, seen_at)
  VALUES (p_process, p_servers, clock_timestamp())
  ON CONFLICT (process) DO UPDATE
    SET
      servers = excluded.servers,
      seen_at = excluded.seen_at;
  may_open := p_servers IS NOT NULL
  AND NOT EXISTS (
    SELECT
    FROM mood_cache_processes AS p
    WHERE p.seen_at > clock_timestamp() - INTERVAL '2 seconds' AND (p.servers IS DISTINCT FROM p_servers OR p.process < p_process)
  );
END;
$$;
