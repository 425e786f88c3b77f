import { Migration } from '@mikro-orm/migrations';

/**
 * What the running processes write beside moods goes through functions of the owner as well: they set times, and check what they are given.
 * Which functions run with the owner's rights, and who may call them, stands in `application-role.ts`.
 */
export class Migration20260101000016_owners_functions extends Migration {
  override up(): void {
    this.addSql(functions);
    this.addSql(templates);
    this.addSql(outbox);
  }
}

const functions = `
-- When a model first accepted a version of the terms, which is now unless it had.
CREATE FUNCTION accept_terms(p_model_id uuid, p_terms_version text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO mood_terms_acceptances (model_id, terms_version, accepted_at) VALUES (p_model_id, p_terms_version, clock_timestamp())
    ON CONFLICT (model_id, terms_version) DO NOTHING;
  RETURN (SELECT t.accepted_at FROM mood_terms_acceptances t WHERE t.model_id = p_model_id AND t.terms_version = p_terms_version);
END $$;

-- The model's data key that is in use; if there is none, the one that is offered. Of two that are offered at once both callers get the one.
CREATE FUNCTION ensure_data_key(
  p_id uuid, p_model_id uuid, p_master_key_id text, p_wrapped_key bytea,
  OUT id uuid, OUT master_key_id text, OUT wrapped_key bytea
) LANGUAGE plpgsql AS $$
BEGIN
  FOR turn IN 1 .. 2 LOOP
    SELECT k.id, k.master_key_id, k.wrapped_key INTO id, master_key_id, wrapped_key FROM audit_data_keys k
      WHERE k.model_id = p_model_id AND k.destroyed_at IS NULL;
    IF id IS NOT NULL OR turn = 2 THEN
      RETURN;
    END IF;
    INSERT INTO audit_data_keys (id, model_id, master_key_id, wrapped_key, created_at)
      VALUES (p_id, p_model_id, p_master_key_id, p_wrapped_key, clock_timestamp())
      ON CONFLICT (model_id) WHERE destroyed_at IS NULL DO NOTHING;
  END LOOP;
END $$;

-- Who has read what is sealed. Erasures, and what nobody signed in does, are recorded by the owner alone.
CREATE FUNCTION record_audit_access(p_kind text, p_admin_user_id uuid, p_filter jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_kind IS NULL OR p_kind NOT IN ('read', 'export') OR p_admin_user_id IS NULL THEN
    RAISE EXCEPTION 'a reading or an export by an administrator is recorded here' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO mood_audit_accesses (kind, admin_user_id, filter, created_at) VALUES (p_kind, p_admin_user_id, p_filter, clock_timestamp());
END $$;

-- Windows that are closed count no more. At most so many at a time; how many went.
CREATE FUNCTION purge_rate_limits(p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_purged integer;
BEGIN
  DELETE FROM mood_rate_limits WHERE ctid = ANY(ARRAY(SELECT r.ctid FROM mood_rate_limits r WHERE r.window_end < now() LIMIT p_limit));
  GET DIAGNOSTICS v_purged = ROW_COUNT;
  RETURN v_purged;
END $$;
`;

/** The time of a new template is this clock's, too; and a save by the role cannot choose versions, which the column rights leave out. */
const templates = `
CREATE OR REPLACE FUNCTION number_template_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := (SELECT revision FROM mood_template_catalog);
  NEW.updated_at := clock_timestamp();
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := NEW.updated_at;
  ELSE
    NEW.id := OLD.id;
    NEW.version := OLD.version + 1;
    NEW.created_by := OLD.created_by;
    NEW.created_at := OLD.created_at;
  END IF;
  RETURN NEW;
END $$;
`;

/** Events of moods and notifications come from the functions alone. The table's owner, and so the functions, are not asked. */
const outbox = `
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY outbox_read ON outbox FOR SELECT USING (true);
CREATE POLICY outbox_publish ON outbox FOR UPDATE USING (true);
CREATE POLICY outbox_confirm ON outbox FOR DELETE USING (true);
CREATE POLICY outbox_promise ON outbox FOR INSERT WITH CHECK (kind IN ('auto-reply', 'auto-reply-sent'));
`;
