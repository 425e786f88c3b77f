-- What the API and the worker may do. They log in with roles that are members of mood_app, which itself cannot log in.
-- Runs at every migration: everything is taken back first, so that the role can do what stands here and nothing else.

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mood_app') THEN
    CREATE ROLE mood_app NOLOGIN;
  END IF;
EXCEPTION
  -- Roles belong to the whole server: somebody migrates another database at this moment.
  WHEN duplicate_object OR unique_violation THEN
    NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'this user cannot make the role "mood_app": let an administrator run CREATE ROLE mood_app NOLOGIN, then migrate again';
END;
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM mood_app;
-- Functions with the owner's rights find their tables and operators in this schema: nobody else may put any there.
REVOKE CREATE ON SCHEMA public FROM PUBLIC, mood_app;

-- ------------------------------------------------------------------------------------------------------------------------------ tables

GRANT SELECT (name) ON mood_migrations TO mood_app;
GRANT SELECT ON mood_functions TO mood_app;

-- It is the platform's, and may have an owner who alone can grant.
DO $$
BEGIN
  GRANT SELECT, INSERT (id) ON performers TO mood_app;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE NOTICE 'the owner of performers has to grant SELECT, INSERT (id) to mood_app';
END;
$$;

-- Moods and the audit log are written by functions alone, which set versions, times and hashes, and check what they are given.
GRANT SELECT ON model_mood_states TO mood_app;
GRANT SELECT (closures, epoch, servers) ON mood_cache TO mood_app;
GRANT SELECT (change_count, model_id, window_end) ON mood_rate_limits TO mood_app;
GRANT SELECT ON mood_terms_acceptances TO mood_app;
GRANT SELECT ON audit_data_keys TO mood_app;
GRANT SELECT ON mood_transition_logs TO mood_app;

-- What administrators decide about a template. Ids, versions and times are not among it.
GRANT
  SELECT,
  INSERT (id, mood_state, template_type, content, priority, active, locale, experiment, weight, variables, tier_level, created_by),
  UPDATE (mood_state, template_type, content, priority, active, locale, experiment, weight, variables, tier_level)
ON mood_messaging_templates
TO mood_app;
GRANT SELECT ON mood_template_versions TO mood_app;
-- To lock it, which wants a right to update; this column can hold one value only.
GRANT SELECT, UPDATE (only_row) ON mood_template_catalog TO mood_app;
GRANT SELECT, INSERT, UPDATE (rendered, sent, failed), DELETE ON mood_template_usage TO mood_app;

GRANT
  SELECT,
  INSERT (model_id, rule, threshold, count, peak, opened_at, last_seen_at),
  UPDATE (count, peak, last_seen_at, closed_at, acknowledged_at, acknowledged_by, note)
ON abuse_alerts
TO mood_app;
GRANT SELECT, UPDATE (checked_at) ON abuse_checks TO mood_app;
GRANT SELECT, INSERT, UPDATE (score, given_at), DELETE ON mood_feedback TO mood_app;
GRANT SELECT, INSERT, UPDATE (n), DELETE ON analytics_counts TO mood_app;
GRANT SELECT, INSERT, UPDATE (sequence, stored_at), DELETE ON analytics_count_batches TO mood_app;
-- Flags are set by set_flag alone, which records who and why.
GRANT SELECT ON mood_flags TO mood_app;
GRANT SELECT ON mood_flag_changes TO mood_app;
GRANT SELECT ON mood_flag_catalog TO mood_app;
-- Phases and their variants are written by triggers; what they have led to is summed up once they are over.
GRANT SELECT, INSERT (experiment, kind, planned_effect, planned_size, holdout, within_minutes, winners, reason, decided_by)
ON mood_experiment_decisions
TO mood_app;
GRANT SELECT, UPDATE (summed_at, first_exposed_at) ON mood_experiment_phases TO mood_app;
GRANT SELECT, UPDATE (exposed, engaged) ON mood_experiment_variants TO mood_app;

-- A policy leaves events of moods, notifications and ends of moods to the functions.
GRANT SELECT, INSERT, UPDATE (queue, job_id, generation, checks, check_after, failed_at), DELETE ON outbox TO mood_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON auto_reply_conversations TO mood_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON auto_replies TO mood_app;

-- Made of what stands elsewhere, and can be made again.
GRANT SELECT, INSERT, UPDATE (rolled_up_at) ON analytics_buckets TO mood_app;
GRANT SELECT, INSERT, UPDATE (n, total), DELETE ON analytics_rollups TO mood_app;
GRANT SELECT, INSERT, UPDATE (items), DELETE ON analytics_lists TO mood_app;
GRANT SELECT, INSERT ON analytics_models TO mood_app;
GRANT SELECT, INSERT, UPDATE (differences, checked_at) ON analytics_reconciliations TO mood_app;
GRANT SELECT, INSERT (verified_until, models, complete, rows) ON audit_verifications TO mood_app;
GRANT SELECT, UPDATE (removed_before) ON retention_marks TO mood_app;

-- --------------------------------------------------------------------------------------------------------------------------- functions

-- A function of this schema can be called by everybody until that is taken back.
DO $$
DECLARE
  v_function regprocedure;
BEGIN
  FOR v_function IN SELECT p.oid FROM pg_proc p JOIN mood_functions f ON f.name = p.proname WHERE p.pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, mood_app', v_function);
  END LOOP;
END;
$$;

-- They run with the rights of their owner.
GRANT EXECUTE ON FUNCTION change_moods, expire_mood, expire_moods TO mood_app;
GRANT EXECUTE ON FUNCTION see_mood_cache, open_mood_cache, close_mood_cache TO mood_app;
GRANT EXECUTE ON FUNCTION accept_terms, ensure_data_key, record_audit_access, purge_rate_limits, set_flag TO mood_app;
-- These run with the rights of the caller.
GRANT EXECUTE ON FUNCTION analytics_changes, analytics_levels, analytics_sums, analytics_items TO mood_app;
GRANT EXECUTE ON FUNCTION roll_up_analytics, reconcile_analytics TO mood_app;
GRANT EXECUTE ON FUNCTION receive_message, receive_messages, note_engagement, answer_conversation TO mood_app;
