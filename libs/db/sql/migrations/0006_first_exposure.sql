-- When the first user of a phase was exposed: kept with its results, for when its replies are gone.
ALTER TABLE mood_experiment_phases ADD COLUMN first_exposed_at timestamptz;
