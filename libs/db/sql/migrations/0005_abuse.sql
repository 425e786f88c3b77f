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
