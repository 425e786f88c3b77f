import { Migration } from '@mikro-orm/migrations';

/**
 * Locales, experiments and usage of templates, and the triggers that version every change, whoever makes it.
 *
 * Each statement that changes templates raises the catalog's revision and keeps its row locked until the transaction ends.
 * So writers commit one after the other, in the order of their revisions: who has seen revision n has seen everything up to n.
 *
 * Who changes a template, and why, stands in settings of the transaction (`mood.changed_by`, `mood.change_reason`), because a
 * column would still hold the last answer when somebody changes a row by hand.
 */
export class Migration20260101000003_templates extends Migration {
  override up(): void {
    this.addSql(columns);
    this.addSql(triggers);
  }
}

const columns = `
ALTER TABLE mood_messaging_templates
  ADD COLUMN locale varchar(35),
  ADD COLUMN experiment varchar(60),
  ADD COLUMN weight integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000),
  ADD COLUMN revision bigint NOT NULL DEFAULT 1;
CREATE INDEX idx_template_revision ON mood_messaging_templates (revision);
ALTER TABLE mood_template_versions
  ADD COLUMN locale varchar(35),
  ADD COLUMN experiment varchar(60),
  ADD COLUMN weight integer NOT NULL DEFAULT 1;

CREATE TABLE mood_template_catalog (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO mood_template_catalog (revision) VALUES (1);

CREATE TABLE mood_template_usage (
  template_id uuid NOT NULL,
  day date NOT NULL,
  rendered bigint NOT NULL DEFAULT 0,
  sent bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (template_id, day)
);
CREATE INDEX mood_template_usage_age ON mood_template_usage (day);

ALTER TABLE auto_replies ADD COLUMN experiment varchar(60);
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check
  CHECK (kind IN ('mood-changed', 'notification', 'auto-reply', 'auto-reply-sent'));
`;

const triggers = `
CREATE FUNCTION raise_template_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE mood_template_catalog SET revision = revision + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER templates_raise_revision BEFORE INSERT OR UPDATE ON mood_messaging_templates
  FOR EACH STATEMENT EXECUTE FUNCTION raise_template_revision();

CREATE FUNCTION number_template_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := (SELECT revision FROM mood_template_catalog);
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
  ELSE
    NEW.id := OLD.id;
    NEW.version := OLD.version + 1;
    NEW.created_by := OLD.created_by;
    NEW.created_at := OLD.created_at;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER templates_number_version BEFORE INSERT OR UPDATE ON mood_messaging_templates
  FOR EACH ROW EXECUTE FUNCTION number_template_version();

CREATE FUNCTION append_template_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO mood_template_versions (template_id, version, mood_state, template_type, tier_level, content, priority, active,
      locale, experiment, weight, changed_by, reason, created_at)
    VALUES (NEW.id, NEW.version, NEW.mood_state, NEW.template_type, NEW.tier_level, NEW.content, NEW.priority, NEW.active,
      NEW.locale, NEW.experiment, NEW.weight, nullif(current_setting('mood.changed_by', true), '')::uuid,
      nullif(current_setting('mood.change_reason', true), ''), clock_timestamp());
  RETURN NULL;
END $$;
CREATE TRIGGER templates_append_version AFTER INSERT OR UPDATE ON mood_messaging_templates
  FOR EACH ROW EXECUTE FUNCTION append_template_version();

CREATE FUNCTION refuse_template_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'templates are not deleted: set active to false' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER templates_no_delete BEFORE DELETE ON mood_messaging_templates
  FOR EACH ROW EXECUTE FUNCTION refuse_template_deletion();
CREATE TRIGGER templates_no_truncate BEFORE TRUNCATE ON mood_messaging_templates
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_template_deletion();
`;
