-- What analytics count (docs/analytics.md). All of it is made from other tables, and can be made again from them while those rows last.

-- What is found out about a reply after it was sent: when its user wrote first in that conversation, and when its model answered there first,
-- both within 24 hours.
ALTER TABLE auto_replies
ADD COLUMN engaged_at timestamptz,
ADD COLUMN continued_at timestamptz;
-- Those that have come to an end, by when: what a bucket counts.
CREATE INDEX auto_replies_ended ON auto_replies (updated_at) WHERE status IN ('sent', 'cancelled', 'failed');
-- The last replies of a conversation, oldest first: those that a message or an answer may belong to.
ALTER TABLE auto_reply_conversations ADD COLUMN recent_reply_ids uuid[] NOT NULL DEFAULT '{}';

-- A mood ends at that time, however late its end is recorded.
CREATE INDEX idx_transition_ends ON mood_transition_logs (expires_at) WHERE expires_at IS NOT NULL;

-- Buckets of a quarter of an hour that have been rolled up. Without a gap from the first one that is kept on.
CREATE TABLE analytics_buckets (bucket_start timestamptz PRIMARY KEY, rolled_up_at timestamptz NOT NULL);

-- What was counted in a bucket. group_key: the values of the fact's groups, joined by '/'.
CREATE TABLE analytics_rollups (
  fact text NOT NULL,
  bucket_start timestamptz NOT NULL,
  group_key text NOT NULL,
  n bigint NOT NULL,
  -- Seconds, or how many of the n.
  total double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (fact, bucket_start, group_key)
);

-- What cannot be added up: who did it, or how long it took. A median of a month, or how many changed a mood in a week, is computed of these.
-- items: numbers of four bytes each, the highest first, in ascending order: ordinals of models (integer), or seconds (real).
CREATE TABLE analytics_lists (
  fact text NOT NULL,
  bucket_start timestamptz NOT NULL,
  group_key text NOT NULL,
  items bytea NOT NULL,
  PRIMARY KEY (fact, bucket_start, group_key)
);
-- Its bytes are read as they are, and hardly compress.
ALTER TABLE analytics_lists ALTER COLUMN items SET STORAGE EXTERNAL;

-- A short name for each model that a list has held. Never taken back.
CREATE TABLE analytics_models (ordinal integer PRIMARY KEY, model_id uuid NOT NULL UNIQUE);

-- Each time that the whole audit log was verified.
CREATE TABLE audit_verifications (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- When the walk began: what was written later was not seen.
  verified_until timestamptz NOT NULL,
  models bigint NOT NULL,
  -- Of them, those whose rows were all there and as they were written.
  complete bigint NOT NULL,
  rows bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Days (of UTC) whose buckets were counted again and compared.
CREATE TABLE analytics_reconciliations (
  day date PRIMARY KEY,
  differences integer NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
