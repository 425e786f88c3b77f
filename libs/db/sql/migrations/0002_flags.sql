-- How flags are set, and every change of that. Which flags there are stands in the code (libs/domain/src/flags); one that nobody has set has no
-- row. Who sets a flag, and why, stands in settings of the transaction (mood.changed_by, mood.change_reason), as for templates.

-- Each change of a flag raises the revision, and keeps this row locked until its transaction ends: who has seen revision n has seen
-- everything up to n.
CREATE TABLE mood_flag_catalog (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), revision bigint NOT NULL);
INSERT INTO mood_flag_catalog (revision) VALUES (1);

CREATE TABLE mood_flags (
  key varchar(60) PRIMARY KEY,
  -- {"percentage": 100, "ids": [], "roles": []}
  rule jsonb NOT NULL CHECK (
    (
      (rule ->> 'percentage')::integer BETWEEN 0 AND 100
      AND jsonb_typeof(rule -> 'ids') = 'array'
      AND jsonb_typeof(rule -> 'roles') = 'array'
    ) IS TRUE
  ),
  version integer NOT NULL,
  changed_by uuid,
  reason text,
  changed_at timestamptz NOT NULL
);
CREATE TRIGGER mood_flags_record_change
BEFORE INSERT OR UPDATE OR DELETE ON mood_flags
FOR EACH ROW
EXECUTE FUNCTION record_flag_change();
CREATE TRIGGER mood_flags_no_truncate
BEFORE TRUNCATE ON mood_flags
FOR EACH STATEMENT
EXECUTE FUNCTION record_flag_change();

CREATE TABLE mood_flag_changes (
  key varchar(60) NOT NULL,
  version integer NOT NULL,
  -- null: the flag had its default.
  before jsonb,
  after jsonb NOT NULL,
  -- null: an operator at the command line, or in the database by hand.
  changed_by uuid,
  -- null: in the database by hand.
  reason text,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (key, version)
);
CREATE TRIGGER mood_flag_changes_append_only
BEFORE UPDATE OR DELETE ON mood_flag_changes
FOR EACH ROW
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mood_flag_changes_no_truncate
BEFORE TRUNCATE ON mood_flag_changes
FOR EACH STATEMENT
EXECUTE FUNCTION refuse_change();

-- Automatic replies are switched off: a new message gets none.
ALTER TYPE received_message ADD ATTRIBUTE sending_off boolean;
