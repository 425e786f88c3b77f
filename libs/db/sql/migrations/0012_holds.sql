-- Until when an override holds stands in the log, where it is sealed with the rest. In entries from before there is nothing, and their hashes
-- stay as they are.
ALTER TABLE mood_transition_logs ADD COLUMN IF NOT EXISTS held_until timestamptz;
