-- Experiments: what administrators decide about them, the phases that they go through, and who was exposed in which.

-- The newest decision about an experiment counts: its plan, or that it was stopped. Without a plan the defaults of the phases hold.
CREATE TABLE mood_experiment_decisions (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  experiment varchar(60) NOT NULL,
  kind text NOT NULL CHECK (kind IN ('plan', 'stop')),
  -- Of a plan: the difference of shares that is worth finding, and how many users each variant needs for that.
  planned_effect double precision CHECK (planned_effect > 0 AND planned_effect < 1),
  planned_size integer CHECK (planned_size > 0),
  -- The share of users who get no reply.
  holdout double precision CHECK (holdout >= 0 AND holdout <= 0.5),
  -- A user who writes again within so long is engaged.
  within_minutes integer CHECK (within_minutes BETWEEN 1 AND 1440),
  -- Of a stop: the ids of the templates whose texts everybody gets from then on.
  winners jsonb,
  reason text,
  decided_by uuid,
  -- That of the catalog of templates.
  revision bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (
    CASE kind
      WHEN 'plan' THEN num_nonnulls(planned_effect, planned_size, holdout, within_minutes) = 4
      ELSE winners IS NOT NULL
    END
  )
);
CREATE INDEX mood_experiment_decisions_newest ON mood_experiment_decisions (experiment, revision DESC);
CREATE INDEX mood_experiment_decisions_revision ON mood_experiment_decisions (revision);

-- A time in which nothing changed about an experiment at one place (mood, type, tier, locale): neither its variants, their weights and texts,
-- nor its plan. Results are of one phase. Written by triggers alone.
CREATE TABLE mood_experiment_phases (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  experiment varchar(60) NOT NULL,
  mood_state varchar(20) NOT NULL,
  template_type varchar(50) NOT NULL,
  tier_level varchar(20),
  locale varchar(35),
  -- Whether somebody has planned it. If not, the defaults stand in the plan.
  is_planned boolean NOT NULL,
  planned_effect double precision NOT NULL,
  planned_size integer NOT NULL,
  holdout double precision NOT NULL,
  within_minutes integer NOT NULL,
  -- Of the catalog: texts that were chosen from revision to before ended_revision belong to it, whenever they are sent.
  revision bigint NOT NULL,
  ended_revision bigint,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  -- Since then the results stand in its variants, and do not change any more.
  summed_at timestamptz
);
CREATE INDEX mood_experiment_phases_revision ON mood_experiment_phases (experiment, revision);
CREATE UNIQUE INDEX mood_experiment_phases_open ON mood_experiment_phases (experiment, mood_state, template_type, tier_level, locale)
NULLS NOT DISTINCT
WHERE ended_at IS NULL;
CREATE INDEX mood_experiment_phases_unsummed ON mood_experiment_phases (ended_at) WHERE summed_at IS NULL;

CREATE TABLE mood_experiment_variants (
  phase_id uuid NOT NULL REFERENCES mood_experiment_phases (id),
  -- The first is the one that the others are compared with.
  position integer NOT NULL,
  -- null: no reply.
  template_id uuid,
  template_version integer,
  weight integer,
  -- The results of a phase that is over: users, and how many of them were engaged.
  exposed integer,
  engaged integer,
  PRIMARY KEY (phase_id, position),
  CHECK (num_nulls(template_id, template_version, weight) IN (0, 3))
);

CREATE INDEX idx_template_experiment ON mood_messaging_templates (experiment) WHERE experiment IS NOT NULL;

-- The phase that the text was chosen in. With held_out_at: the reply that its user did not get.
ALTER TABLE auto_replies ADD COLUMN phase_id uuid, ADD COLUMN held_out_at timestamptz;
CREATE INDEX auto_replies_exposures ON auto_replies (phase_id, user_id) WHERE phase_id IS NOT NULL;

-- The revision of the catalog that the text was chosen from.
ALTER TYPE prepared_reply ADD ATTRIBUTE revision bigint;

-- A statement that changes templates is told with its rows as they were, and as they are: a trigger that takes both cannot be formatted.
CREATE TRIGGER templates_renew_phases_insert
AFTER INSERT ON mood_messaging_templates
REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT
EXECUTE FUNCTION renew_changed_experiments();
CREATE TRIGGER templates_renew_phases_former
AFTER UPDATE ON mood_messaging_templates
REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT
EXECUTE FUNCTION renew_changed_experiments();
CREATE TRIGGER templates_renew_phases_update
AFTER UPDATE ON mood_messaging_templates
REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT
EXECUTE FUNCTION renew_changed_experiments();
CREATE TRIGGER experiment_decisions_raise_revision
BEFORE INSERT ON mood_experiment_decisions
FOR EACH STATEMENT
EXECUTE FUNCTION raise_template_revision();
CREATE TRIGGER experiment_decisions_number
BEFORE INSERT ON mood_experiment_decisions
FOR EACH ROW
EXECUTE FUNCTION number_experiment_decision();
CREATE TRIGGER experiment_decisions_renew_phases
AFTER INSERT ON mood_experiment_decisions
REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT
EXECUTE FUNCTION renew_changed_experiments();
CREATE TRIGGER experiment_decisions_append_only
BEFORE UPDATE OR DELETE ON mood_experiment_decisions
FOR EACH ROW
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER experiment_decisions_no_truncate
BEFORE TRUNCATE ON mood_experiment_decisions
FOR EACH STATEMENT
EXECUTE FUNCTION refuse_change();

-- Experiments that are under way begin to be measured now.
INSERT INTO mood_experiment_phases
  (
    experiment,
    mood_state,
    template_type,
    tier_level,
    locale,
    is_planned,
    planned_effect,
    planned_size,
    holdout,
    within_minutes,
    revision,
    started_at
  )
SELECT
  t.experiment,
  t.mood_state,
  t.template_type,
  t.tier_level,
  t.locale,
  false,
  0.01,
  5000,
  0,
  60,
  c.revision,
  clock_timestamp()
FROM
  mood_messaging_templates AS t
  CROSS JOIN mood_template_catalog AS c
WHERE t.experiment IS NOT NULL AND t.active
GROUP BY t.experiment, t.mood_state, t.template_type, t.tier_level, t.locale, c.revision
HAVING count(*) > 1;
INSERT INTO mood_experiment_variants (phase_id, position, template_id, template_version, weight)
SELECT
  p.id,
  row_number() OVER (
    PARTITION BY p.id
    ORDER BY t.created_at, t.id
  ) - 1,
  t.id,
  t.version,
  t.weight
FROM
  mood_experiment_phases AS p
  JOIN mood_messaging_templates AS t
    ON t.experiment = p.experiment
    AND t.mood_state = p.mood_state
    AND t.template_type = p.template_type
    AND t.tier_level IS NOT DISTINCT FROM p.tier_level
    AND t.locale IS NOT DISTINCT FROM p.locale
WHERE t.active;
