-- Alerts on abuse, and what analytics is told. Databases that were made between two releases may have some of it already.

-- Events for the analytics service. Those of terms and templates come from functions alone.
ALTER TABLE outbox DROP CONSTRAINT IF EXISTS outbox_kind_check;
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
DROP POLICY IF EXISTS outbox_promise ON outbox;
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
CREATE TABLE IF NOT EXISTS abuse_alerts (
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
CREATE UNIQUE INDEX IF NOT EXISTS abuse_alerts_one_open ON abuse_alerts (model_id, rule) WHERE closed_at IS NULL;
CREATE INDEX IF NOT EXISTS abuse_alerts_newest ON abuse_alerts (opened_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS abuse_alerts_of_model ON abuse_alerts (model_id, opened_at DESC);
-- When a worker looked for abuse, so that one does at a time.
CREATE TABLE IF NOT EXISTS abuse_checks (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  checked_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO abuse_checks DEFAULT VALUES ON CONFLICT DO NOTHING;
