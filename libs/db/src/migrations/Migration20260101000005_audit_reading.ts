import { Migration } from '@mikro-orm/migrations';

/** Reading the audit log: an order over all models, and a record of who has read what is sealed. */
export class Migration20260101000005_audit_reading extends Migration {
  override up(): void {
    this.addSql(`
CREATE INDEX idx_transitions_newest ON mood_transition_logs (created_at DESC, id DESC);
CREATE INDEX idx_admin_transitions ON mood_transition_logs (admin_user_id, created_at DESC) WHERE admin_user_id IS NOT NULL;

CREATE TABLE mood_audit_accesses (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('read', 'export', 'erase')),
  -- null: an operator at the command line.
  admin_user_id uuid,
  filter jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX mood_audit_accesses_newest ON mood_audit_accesses (created_at DESC);
CREATE TRIGGER mood_audit_accesses_append_only BEFORE UPDATE OR DELETE ON mood_audit_accesses
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_audit_accesses_no_truncate BEFORE TRUNCATE ON mood_audit_accesses
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`);
  }
}
