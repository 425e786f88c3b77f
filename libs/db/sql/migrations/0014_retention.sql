-- How far rows were removed for their age: nobody may take what is gone for what never was (roll_up_analytics).
CREATE TABLE retention_marks (
  -- The table that they were in.
  name text PRIMARY KEY,
  -- Rows that are older may be gone. It never goes back: what is kept for longer from now on brings back nothing.
  removed_before timestamptz NOT NULL
);
-- So long replies were kept until now.
INSERT INTO retention_marks (name, removed_before) VALUES ('auto_replies', now() - INTERVAL '30 days');
