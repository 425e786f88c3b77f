-- What processes count and no row of a table tells: refusals and failed sign-ins.

-- Sums of a quarter of an hour. Each process adds what it counted (libs/db/src/analytics/process-counter.ts).
CREATE TABLE analytics_counts (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  bucket_start timestamptz NOT NULL,
  metric text NOT NULL,
  group_key text NOT NULL,
  -- null: nobody, or not known any more.
  model_id uuid,
  n bigint NOT NULL CHECK (n > 0)
);
CREATE UNIQUE INDEX analytics_counts_key ON analytics_counts (metric, bucket_start, group_key, model_id) NULLS NOT DISTINCT;
-- The last batch of counts that is stored of each process: one that comes again, because its answer was lost, adds nothing.
CREATE TABLE analytics_count_batches (process uuid PRIMARY KEY, sequence bigint NOT NULL, stored_at timestamptz NOT NULL);
CREATE INDEX analytics_count_batches_age ON analytics_count_batches (stored_at);

-- Scores that users and models give: one a day (of UTC) about each thing; a later one of the day is in the place of the first.
CREATE TABLE mood_feedback (
  person_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('user', 'model')),
  about text NOT NULL CHECK (about IN ('mood', 'reply', 'feature')),
  day date NOT NULL,
  score smallint NOT NULL CHECK (score BETWEEN 1 AND 5),
  given_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, role, about, day)
);
CREATE INDEX mood_feedback_given ON mood_feedback (given_at);

-- Events for the analytics service. Those of terms and templates come from functions alone.
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox
ADD CONSTRAINT outbox_kind_check
  CHECK (
    kind IN (
      'mood-changed',
      'notification',
      'auto-reply',
      'auto-reply-sent',
      'mood-expiry',
      'auto-reply-engaged',
      'mood-limit-reached',
      'terms-accepted',
      'template-changed',
      'message-rendered',
      'abuse-alert',
      'alert-notification'
    )
  );
DROP POLICY outbox_promise ON outbox;
CREATE POLICY outbox_promise ON outbox
FOR INSERT
WITH CHECK (
  kind IN (
    'auto-reply',
    'auto-reply-sent',
    'auto-reply-engaged',
    'mood-limit-reached',
    'message-rendered',
    'abuse-alert',
    'alert-notification'
  )
);

-- Models that were above a threshold of the last hour (libs/db/src/abuse/raise-alerts.ts).
CREATE TABLE abuse_alerts (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  model_id uuid NOT NULL,
  rule text NOT NULL CHECK (rule IN ('limit_refusals', 'content_refusals', 'changes')),
  threshold integer NOT NULL CHECK (threshold > 0),
  -- In the hour before the check that saw it last, and the most of all checks.
  count integer NOT NULL,
  peak integer NOT NULL,
  opened_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  closed_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  note text,
  CHECK (num_nonnulls(acknowledged_at, acknowledged_by, note) IN (0, 3))
);
-- One alert about a model and a rule is open at a time: it decides who has opened it.
CREATE UNIQUE INDEX abuse_alerts_one_open ON abuse_alerts (model_id, rule) WHERE closed_at IS NULL;
CREATE INDEX abuse_alerts_newest ON abuse_alerts (opened_at DESC, id DESC);
CREATE INDEX abuse_alerts_of_model ON abuse_alerts (model_id, opened_at DESC);
-- When a worker looked for abuse, so that one does at a time.
CREATE TABLE abuse_checks (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  checked_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO abuse_checks DEFAULT VALUES;
