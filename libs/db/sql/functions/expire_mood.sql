-- As expire_moods, for one mood. Waits for whoever is changing the model at this moment.
CREATE OR REPLACE FUNCTION expire_mood(
  p_model_id uuid,
  p_version bigint,
  OUT outcome text,
  OUT version bigint,
  OUT updated_by text,
  OUT changed_at timestamptz,
  OUT remaining_ms double precision,
  -- Where the cache stands at the time of the commit, as in mood_cache.
  OUT cache_closures bigint,
  OUT cache_epoch text,
  OUT cache_servers text
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  -- As in change_moods.
  PERFORM pg_advisory_xact_lock_shared(7308);
  PERFORM pg_advisory_xact_lock(hashtextextended(p_model_id::text, 7305));
  SELECT e.outcome, e.version, e.updated_by, e.changed_at, e.remaining_ms, e.cache_closures, e.cache_epoch, e.cache_servers
  INTO outcome, version, updated_by, changed_at, remaining_ms, cache_closures, cache_epoch, cache_servers
  FROM expire_moods(json_build_array(json_build_object('item', 0, 'model_id', p_model_id, 'version', p_version)), 0) AS e;
END;
$$;
