-- Closes the cache of moods if it is open under this epoch. @returns where it stands then: maybe it was closed before, and is open again.
CREATE OR REPLACE FUNCTION close_mood_cache(p_epoch text, OUT closures bigint, OUT epoch text, OUT servers text)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE mood_cache AS c
  SET
    epoch = NULL,
    servers = NULL,
    closures = c.closures + 1,
    changed_at = clock_timestamp()
  WHERE c.epoch = p_epoch;
  SELECT c.closures, c.epoch, c.servers INTO closures, epoch, servers FROM mood_cache AS c;
END;
$$;
