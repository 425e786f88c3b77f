import { Migration } from '@mikro-orm/migrations';

/**
 * What a list of all models' moods needs: who made the last change, the system included, and indexes for its filters. And an index for what
 * others than the model did to its mood.
 */
export class Migration20260101000023_moods_of_models extends Migration {
  override up(): void {
    this.addSql(`
ALTER TABLE model_mood_states ADD COLUMN changed_by varchar(20) NOT NULL DEFAULT 'model' CHECK (changed_by IN ('model', 'admin', 'system'));
UPDATE model_mood_states s SET changed_by = l.changed_by FROM mood_transition_logs l
  WHERE l.model_id = s.model_id AND l.version = s.version AND l.changed_by <> 'model';

-- updated_by names the last human and stays the same at a reset, which is the only change that dates from the end of the mood before.
CREATE FUNCTION note_who_changed_mood() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.expires_at IS NULL AND NEW.updated_at = OLD.expires_at THEN
    NEW.changed_by := 'system';
  ELSE
    NEW.changed_by := NEW.updated_by;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER model_mood_states_changed_by BEFORE INSERT OR UPDATE ON model_mood_states
  FOR EACH ROW EXECUTE FUNCTION note_who_changed_mood();

-- Also for one of the two alone: its list is that of each value of the other, merged.
CREATE INDEX idx_changer_state_updated ON model_mood_states (changed_by, mood_state, updated_at DESC);
CREATE INDEX idx_mood_ends ON model_mood_states (expires_at DESC) WHERE expires_at IS NOT NULL;
CREATE INDEX idx_transitions_by_others ON mood_transition_logs (model_id, version DESC) WHERE changed_by <> 'model';
`);
  }
}
