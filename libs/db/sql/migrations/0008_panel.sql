-- What the pages of models and administrators ask for.

-- The version of the mood that is to be changed; null: whichever is there.
ALTER TYPE mood_change ADD ATTRIBUTE expected_version bigint;

-- A model's replies, newest first. Its condition is one that no other statement has: those that look for open replies by their status would
-- read all of the model's.
CREATE INDEX IF NOT EXISTS auto_replies_of_model ON auto_replies (model_id, created_at DESC, id DESC) WHERE joined_to IS NULL;
