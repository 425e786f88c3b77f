-- What the pages of models and administrators ask for.

-- The version of the mood that is to be changed; null: whichever is there.
ALTER TYPE mood_change ADD ATTRIBUTE expected_version bigint;
