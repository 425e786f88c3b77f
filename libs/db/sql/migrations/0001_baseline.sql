-- The tables. Needs PostgreSQL 18 (uuidv7()).
--
-- The contract's tables differ from its text where docs/decisions.md says so. The functions of the triggers stand in ../functions and are
-- made before this file runs; what the role of the running processes may do stands in ../rights.sql.

-- ---------------------------------------------------------------------------------------------------------------- the platform's tables

-- They belong to the platform: made here only where they are missing. We add performers whom the Performer Service vouches for.
CREATE TABLE IF NOT EXISTS performers (id uuid PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS users (id uuid PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());

-- ------------------------------------------------------------------------------------------------------------------------------- moods

-- The current mood of every model that has ever set one. version counts the changes of a model: writers compare and set by it.
CREATE TABLE model_mood_states (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  model_id uuid NOT NULL UNIQUE REFERENCES performers (id)
    ON DELETE CASCADE,
  mood_state varchar(20) NOT NULL CHECK (mood_state IN ('neutral', 'positive', 'negative')),
  custom_message varchar(200),
  auto_respond boolean NOT NULL DEFAULT false,
  response_delay integer NOT NULL DEFAULT 0 CHECK (response_delay BETWEEN 0 AND 300),
  expires_at timestamptz,
  -- The last human who changed it; a reset leaves that as it is.
  updated_by varchar(20) NOT NULL CHECK (updated_by IN ('model', 'admin')),
  -- Who made the last change, the system included.
  changed_by varchar(20) NOT NULL DEFAULT 'model' CHECK (changed_by IN ('model', 'admin', 'system')),
  -- Sealed, as in the audit log.
  admin_reason bytea,
  -- Until then the model cannot change what an administrator has set.
  held_until timestamptz,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_model_mood ON model_mood_states (model_id, mood_state);
CREATE INDEX idx_updated_at ON model_mood_states (updated_at DESC);
-- The list of moods filters by both; a filter on one of them alone merges the lists of each value of the other.
CREATE INDEX idx_changer_state_updated ON model_mood_states (changed_by, mood_state, updated_at DESC);
CREATE INDEX idx_mood_ends ON model_mood_states (expires_at DESC) WHERE expires_at IS NOT NULL;

-- One row for each change that counts. What a model has used is the sum of those whose window is still open.
CREATE TABLE mood_rate_limits (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  model_id uuid NOT NULL REFERENCES performers (id)
    ON DELETE CASCADE,
  change_count integer NOT NULL DEFAULT 1,
  window_start timestamptz NOT NULL DEFAULT now(),
  window_end timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_model_window ON mood_rate_limits (model_id, window_end);
CREATE INDEX idx_window_end ON mood_rate_limits (window_end);

-- Whether moods may be read from Redis, and under which keys. Who changes a mood is told of it in the transaction, and knows by it what has to
-- be done before the change is acknowledged (docs/architecture.md: "A reading of a mood").
CREATE TABLE mood_cache (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- How often it was closed.
  closures bigint NOT NULL DEFAULT 0,
  -- Part of the keys while it is open: what was written under others is never read again. null: closed.
  epoch text,
  -- The Redis servers that it is open on.
  servers text,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((epoch IS NULL) = (servers IS NULL))
);
INSERT INTO mood_cache DEFAULT VALUES;
-- The processes that want to use it while it is closed, and which servers each of them reaches; null: none. Unlogged, because a row is
-- written four times a second, and after a crash in less than that.
CREATE UNLOGGED TABLE mood_cache_processes (process uuid PRIMARY KEY, servers text, seen_at timestamptz NOT NULL);

CREATE TABLE mood_terms_acceptances (
  model_id uuid NOT NULL REFERENCES performers (id)
    ON DELETE CASCADE,
  terms_version varchar(40) NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model_id, terms_version)
);

-- ------------------------------------------------------------------------------------------------------------------------------- audit

-- Personal fields of the log are ciphertext under a key of the model. A key that is destroyed erases them, and the log stays whole.
-- No foreign keys: a log that a delete elsewhere can erase or block is not a log.
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

-- One row for each change of a mood, chained by hash for each model. change_moods and expire_mood build it by position: keep the order of the columns.
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
-- An order over all models, for administrators.
CREATE INDEX idx_transitions_newest ON mood_transition_logs (created_at DESC, id DESC);
CREATE INDEX idx_admin_transitions ON mood_transition_logs (admin_user_id, created_at DESC) WHERE admin_user_id IS NOT NULL;
-- What others than the model did to its mood.
CREATE INDEX idx_transitions_by_others ON mood_transition_logs (model_id, version DESC) WHERE changed_by != 'model';
CREATE TRIGGER mood_transition_logs_append_only
BEFORE UPDATE OR DELETE ON mood_transition_logs
FOR EACH ROW
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_transition_logs_no_truncate
BEFORE TRUNCATE ON mood_transition_logs
FOR EACH STATEMENT
EXECUTE FUNCTION refuse_change();

-- Who has read what is sealed.
CREATE TABLE mood_audit_accesses (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('read', 'export', 'erase')),
  -- null: an operator at the command line.
  admin_user_id uuid,
  filter jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX mood_audit_accesses_newest ON mood_audit_accesses (created_at DESC);
CREATE TRIGGER mood_audit_accesses_append_only
BEFORE UPDATE OR DELETE ON mood_audit_accesses
FOR EACH ROW
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_audit_accesses_no_truncate
BEFORE TRUNCATE ON mood_audit_accesses
FOR EACH STATEMENT
EXECUTE FUNCTION refuse_change();

-- --------------------------------------------------------------------------------------------------------------------------- templates

-- Triggers version every change, whoever makes it. Who changes a template, and why, stands in settings of the transaction
-- (mood.changed_by, mood.change_reason), because a column would still hold the last answer when somebody changes a row by hand.
CREATE TABLE mood_messaging_templates (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  mood_state varchar(20) NOT NULL CHECK (mood_state IN ('neutral', 'positive', 'negative')),
  template_type varchar(50) NOT NULL CHECK (template_type IN ('greeting', 'farewell', 'auto_response', 'tip_thank_you')),
  tier_level varchar(20) CHECK (tier_level IN ('free', 'bronze', 'silver', 'gold', 'platinum')),
  locale varchar(35),
  content text NOT NULL,
  variables jsonb NOT NULL DEFAULT '[]',
  priority integer NOT NULL DEFAULT 100,
  active boolean NOT NULL DEFAULT true,
  experiment varchar(60),
  weight integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000),
  version integer NOT NULL DEFAULT 1,
  -- That of the catalog at the last change.
  revision bigint NOT NULL DEFAULT 1,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_mood_type ON mood_messaging_templates (mood_state, template_type, tier_level, active);
CREATE INDEX idx_priority ON mood_messaging_templates (priority DESC, created_at DESC);
CREATE INDEX idx_active ON mood_messaging_templates (active, mood_state);
CREATE INDEX idx_template_revision ON mood_messaging_templates (revision);
CREATE TRIGGER templates_raise_revision
BEFORE INSERT OR UPDATE ON mood_messaging_templates
FOR EACH STATEMENT
EXECUTE FUNCTION raise_template_revision();
CREATE TRIGGER templates_number_version
BEFORE INSERT OR UPDATE ON mood_messaging_templates
FOR EACH ROW
EXECUTE FUNCTION number_template_version();
CREATE TRIGGER templates_append_version
AFTER INSERT OR UPDATE ON mood_messaging_templates
FOR EACH ROW
EXECUTE FUNCTION append_template_version();
CREATE TRIGGER templates_no_delete
BEFORE DELETE ON mood_messaging_templates
FOR EACH ROW
EXECUTE FUNCTION refuse_template_deletion();
CREATE TRIGGER templates_no_truncate
BEFORE TRUNCATE ON mood_messaging_templates
FOR EACH STATEMENT
EXECUTE FUNCTION refuse_template_deletion();

CREATE TABLE mood_template_versions (
  template_id uuid NOT NULL REFERENCES mood_messaging_templates (id),
  version integer NOT NULL,
  mood_state varchar(20) NOT NULL,
  template_type varchar(50) NOT NULL,
  tier_level varchar(20),
  locale varchar(35),
  content text NOT NULL,
  priority integer NOT NULL,
  active boolean NOT NULL,
  experiment varchar(60),
  weight integer NOT NULL DEFAULT 1,
  changed_by uuid,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (template_id, version)
);
CREATE TRIGGER mood_template_versions_append_only
BEFORE UPDATE OR DELETE ON mood_template_versions
FOR EACH ROW
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_template_versions_no_truncate
BEFORE TRUNCATE ON mood_template_versions
FOR EACH STATEMENT
EXECUTE FUNCTION refuse_change();

-- Each statement that changes templates raises the revision, and keeps this row locked until its transaction ends. So writers commit in the
-- order of their revisions: who has seen revision n has seen everything up to n.
CREATE TABLE mood_template_catalog (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), revision bigint NOT NULL);
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

-- -------------------------------------------------------------------------------------------------------------------- promises, replies

-- A row is a promise: it stays until its effect is confirmed. job_id is null while nothing is published for it.
CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('mood-changed', 'notification', 'auto-reply', 'auto-reply-sent', 'mood-expiry')),
  model_id uuid NOT NULL,
  payload jsonb NOT NULL,
  due_at timestamptz NOT NULL DEFAULT now(),
  queue text,
  job_id text,
  -- How often it was published again; part of the job's id.
  generation integer NOT NULL DEFAULT 0,
  checks integer NOT NULL DEFAULT 0,
  check_after timestamptz NOT NULL DEFAULT now(),
  failed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- At most one end of a mood for a model.
CREATE UNIQUE INDEX outbox_one_expiry ON outbox (model_id) WHERE kind = 'mood-expiry';
-- The next promises to publish, in an order that no other index has: by the key the planner could read all that are published as well.
-- Ends that are years away stay out of this index, which is read ten times a second.
CREATE INDEX outbox_unpublished ON outbox (created_at, id) WHERE job_id IS NULL AND failed_at IS NULL AND kind != 'mood-expiry';
CREATE INDEX outbox_expiries ON outbox (due_at) WHERE job_id IS NULL AND failed_at IS NULL AND kind = 'mood-expiry';
CREATE INDEX outbox_unconfirmed ON outbox (check_after) WHERE job_id IS NOT NULL AND failed_at IS NULL;
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE failed_at IS NOT NULL;
-- The processes may write automatic replies; events of moods, notifications and ends of moods come from the functions alone, which run as
-- the table's owner, whom policies do not bind.
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY outbox_read ON outbox FOR SELECT USING (true);
CREATE POLICY outbox_publish ON outbox FOR UPDATE USING (true);
CREATE POLICY outbox_confirm ON outbox FOR DELETE USING (true);
CREATE POLICY outbox_promise ON outbox FOR INSERT WITH CHECK (kind IN ('auto-reply', 'auto-reply-sent'));

CREATE TABLE auto_reply_conversations (
  model_id uuid NOT NULL,
  conversation_id text NOT NULL,
  last_answered_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model_id, conversation_id)
);
CREATE INDEX auto_reply_conversations_age ON auto_reply_conversations (updated_at);

CREATE TABLE auto_replies (
  id uuid PRIMARY KEY,
  message_id text NOT NULL,
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
  experiment varchar(60),
  mood_state varchar(20),
  tier_level varchar(20),
  sent_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- The message id comes first: in the order of conversations, the whole index could be read to join replies and their conversations.
  CONSTRAINT auto_replies_message UNIQUE (message_id, conversation_id, model_id)
);
CREATE UNIQUE INDEX auto_replies_one_open ON auto_replies (model_id, conversation_id, user_id) WHERE status IN ('pending', 'sending');
-- The replies of a model to a user: the last one of a conversation, and how many there were in a day.
CREATE INDEX auto_replies_to_user ON auto_replies (model_id, user_id, due_at) WHERE status IN ('pending', 'sending', 'sent');
CREATE INDEX auto_replies_age ON auto_replies (created_at);

-- --------------------------------------------------------------------------------------------------------------------------- functions

-- A change as change_moods is told of it: a JSON object of these names.
CREATE TYPE mood_change AS (
  -- Its place in the list; the answer to it has the same.
  item integer,
  model_id uuid,
  mood_state text,
  custom_message text,
  auto_respond boolean,
  -- null: as before.
  response_delay integer,
  expires_at timestamptz,
  changed_by text,
  admin_user_id uuid,
  log_id uuid,
  -- Of the key that the next four are sealed with.
  data_key_id uuid,
  admin_reason bytea,
  sealed_message bytea,
  ip_address bytea,
  user_agent bytea,
  -- null: does not count.
  hourly_limit integer,
  -- null: needs no acceptance.
  terms_version text,
  -- null: as before; 0: not any more.
  hold_minutes integer,
  reason_code text
);
-- What became of it. The rest is true of changes that were made; used, reset_time and held_until also of those that they forbid.
CREATE TYPE mood_change_result AS (
  item integer,
  model_id uuid,
  outcome text,
  version bigint,
  response_delay integer,
  updated_by text,
  changed_at timestamptz,
  used integer,
  reset_time timestamptz,
  held_until timestamptz,
  -- The mood before had ended and was reset first.
  ended_first boolean,
  -- Where the cache stands at the time of the commit, as in mood_cache.
  cache_closures bigint,
  cache_epoch text,
  cache_servers text
);

-- A message that a user has written, as receive_messages is told of it: a JSON object of these names.
CREATE TYPE received_message AS (
  -- Its place in the list; the answer to it has the same.
  item integer,
  -- Of the reply, if there is to be one.
  id uuid,
  message_id text,
  conversation_id text,
  model_id uuid,
  user_id uuid,
  received_at timestamptz,
  cooldown_seconds double precision,
  max_late_seconds double precision,
  daily_cap integer,
  -- The job that carries the reply if it is due at once; null: none does yet.
  queue text,
  job_id text,
  -- After so long the reconciler looks at that job.
  patience_seconds double precision
);
-- The text of a reply, and what it was made of, as the statement that begins replies is told of it.
CREATE TYPE prepared_reply AS (
  id uuid,
  text text,
  template_id uuid,
  template_version integer,
  mood_state text,
  tier_level text,
  experiment text
);

-- Every text of a function that this database has had. Processes know by it whether the database is as new as they are.
CREATE TABLE mood_functions (
  name text NOT NULL,
  -- Of the file.
  text_hash text NOT NULL,
  -- Of what PostgreSQL has made of it, to tell when somebody changes a function by hand.
  definition_hash text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (name, text_hash)
);
