import { Migration } from '@mikro-orm/migrations';

/**
 * The contract's tables with the differences that docs/decisions.md lists, and the tables that the flows add.
 * Needs PostgreSQL 18 (`uuidv7()`).
 */
export class Migration20260101000000_initial extends Migration {
  override up(): void {
    this.addSql(platformTables);
    this.addSql(moodTables);
    this.addSql(auditTables);
    this.addSql(templateTables);
    this.addSql(deliveryTables);
  }
}

/** They belong to the platform. We only make sure that they exist, and add performers whom the Performer Service vouches for. */
const platformTables = `
CREATE TABLE IF NOT EXISTS performers (
  id uuid PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS users (
  id uuid PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);
`;

const moodTables = `
CREATE TABLE model_mood_states (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  model_id uuid NOT NULL UNIQUE REFERENCES performers(id) ON DELETE CASCADE,
  mood_state varchar(20) NOT NULL CHECK (mood_state IN ('neutral', 'positive', 'negative')),
  custom_message varchar(200),
  auto_respond boolean NOT NULL DEFAULT false,
  response_delay integer NOT NULL DEFAULT 0 CHECK (response_delay BETWEEN 0 AND 300),
  expires_at timestamptz,
  updated_by varchar(20) NOT NULL CHECK (updated_by IN ('model', 'admin')),
  admin_reason bytea,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_model_mood ON model_mood_states (model_id, mood_state);
CREATE INDEX idx_updated_at ON model_mood_states (updated_at DESC);
CREATE INDEX idx_mood_expiry ON model_mood_states (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE mood_rate_limits (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  model_id uuid NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  change_count integer NOT NULL DEFAULT 1,
  window_start timestamptz NOT NULL DEFAULT now(),
  window_end timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_model_window ON mood_rate_limits (model_id, window_end);
CREATE INDEX idx_window_end ON mood_rate_limits (window_end);

CREATE TABLE mood_terms_acceptances (
  model_id uuid NOT NULL REFERENCES performers(id) ON DELETE CASCADE,
  terms_version varchar(40) NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model_id, terms_version)
);
`;

/** Personal fields are ciphertext. No foreign keys: a log that a delete elsewhere can erase or block is not a log. */
const auditTables = `
CREATE TABLE audit_data_keys (
  id uuid PRIMARY KEY,
  model_id uuid NOT NULL,
  master_key_id varchar(40),
  wrapped_key bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz,
  CHECK ((destroyed_at IS NULL) = (wrapped_key IS NOT NULL))
);
CREATE UNIQUE INDEX audit_data_keys_current ON audit_data_keys (model_id) WHERE destroyed_at IS NULL;

CREATE TABLE mood_transition_logs (
  id uuid PRIMARY KEY,
  model_id uuid NOT NULL,
  version bigint NOT NULL,
  previous_state varchar(20) CHECK (previous_state IN ('neutral', 'positive', 'negative')),
  new_state varchar(20) NOT NULL CHECK (new_state IN ('neutral', 'positive', 'negative')),
  changed_by varchar(20) NOT NULL CHECK (changed_by IN ('model', 'admin', 'system')),
  admin_user_id uuid,
  admin_reason bytea,
  custom_message bytea,
  ip_address bytea,
  user_agent bytea,
  data_key_id uuid,
  auto_respond boolean NOT NULL,
  response_delay integer NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  previous_hash bytea,
  hash bytea NOT NULL,
  UNIQUE (model_id, version)
);
CREATE INDEX idx_model_transitions ON mood_transition_logs (model_id, created_at DESC);
CREATE INDEX idx_changed_by ON mood_transition_logs (changed_by, created_at DESC);
CREATE INDEX idx_new_state ON mood_transition_logs (new_state, created_at DESC);

-- The link of the chain: SHA-256 over the previous hash and every column, in clear or as ciphertext.
-- No field can hold the separator, so two different rows never give the same input.
CREATE FUNCTION mood_transition_hash(l mood_transition_logs) RETURNS bytea
LANGUAGE sql STABLE
RETURN sha256(convert_to(concat_ws('|',
  coalesce(encode(l.previous_hash, 'hex'), '-'), l.id, l.model_id, l.version, coalesce(l.previous_state, '-'), l.new_state,
  l.changed_by, coalesce(l.admin_user_id::text, '-'), coalesce(encode(l.admin_reason, 'hex'), '-'),
  coalesce(encode(l.custom_message, 'hex'), '-'), coalesce(encode(l.ip_address, 'hex'), '-'),
  coalesce(encode(l.user_agent, 'hex'), '-'), coalesce(l.data_key_id::text, '-'), l.auto_respond, l.response_delay,
  coalesce((extract(epoch FROM l.expires_at) * 1000000)::bigint::text, '-'),
  (extract(epoch FROM l.created_at) * 1000000)::bigint), 'UTF8'));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER mood_transition_logs_append_only BEFORE UPDATE OR DELETE ON mood_transition_logs
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_transition_logs_no_truncate BEFORE TRUNCATE ON mood_transition_logs
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

const templateTables = `
CREATE TABLE mood_messaging_templates (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  mood_state varchar(20) NOT NULL CHECK (mood_state IN ('neutral', 'positive', 'negative')),
  template_type varchar(50) NOT NULL CHECK (template_type IN ('greeting', 'farewell', 'auto_response', 'tip_thank_you')),
  tier_level varchar(20) CHECK (tier_level IN ('free', 'bronze', 'silver', 'gold', 'platinum')),
  content text NOT NULL,
  variables jsonb NOT NULL DEFAULT '[]',
  priority integer NOT NULL DEFAULT 100,
  active boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_mood_type ON mood_messaging_templates (mood_state, template_type, tier_level, active);
CREATE INDEX idx_priority ON mood_messaging_templates (priority DESC, created_at DESC);
CREATE INDEX idx_active ON mood_messaging_templates (active, mood_state);

CREATE TABLE mood_template_versions (
  template_id uuid NOT NULL REFERENCES mood_messaging_templates(id),
  version integer NOT NULL,
  mood_state varchar(20) NOT NULL,
  template_type varchar(50) NOT NULL,
  tier_level varchar(20),
  content text NOT NULL,
  priority integer NOT NULL,
  active boolean NOT NULL,
  changed_by uuid,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (template_id, version)
);
CREATE TRIGGER mood_template_versions_append_only BEFORE UPDATE OR DELETE ON mood_template_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_template_versions_no_truncate BEFORE TRUNCATE ON mood_template_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

const deliveryTables = `
-- A row is a promise: it stays until its effect is confirmed. job_id is null while nothing is published for it.
CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('mood-changed', 'notification', 'auto-reply')),
  model_id uuid NOT NULL,
  payload jsonb NOT NULL,
  due_at timestamptz NOT NULL DEFAULT now(),
  queue text,
  job_id text,
  generation integer NOT NULL DEFAULT 0,
  checks integer NOT NULL DEFAULT 0,
  check_after timestamptz NOT NULL DEFAULT now(),
  failed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_unpublished ON outbox (id) WHERE job_id IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_unconfirmed ON outbox (check_after) WHERE job_id IS NOT NULL AND failed_at IS NULL;

CREATE TABLE auto_reply_conversations (
  model_id uuid NOT NULL,
  conversation_id text NOT NULL,
  last_answered_at timestamptz,
  last_replied_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model_id, conversation_id)
);
CREATE INDEX auto_reply_conversations_age ON auto_reply_conversations (updated_at);

CREATE TABLE auto_replies (
  id uuid PRIMARY KEY,
  message_id text NOT NULL UNIQUE,
  conversation_id text NOT NULL,
  model_id uuid NOT NULL,
  user_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'sending', 'sent', 'joined', 'cancelled', 'failed')),
  reason text,
  -- The reply that a joined message waits for.
  joined_to uuid,
  received_at timestamptz NOT NULL,
  last_message_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  text text,
  template_id uuid,
  template_version integer,
  mood_state varchar(20),
  tier_level varchar(20),
  sent_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX auto_replies_one_open ON auto_replies (model_id, conversation_id) WHERE status IN ('pending', 'sending');
CREATE INDEX auto_replies_age ON auto_replies (created_at);
`;
