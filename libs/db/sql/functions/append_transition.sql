-- The row of the audit log, with its hash, and the event. The event says when the change took effect, and when it was written.
CREATE OR REPLACE FUNCTION append_transition(p_log mood_transition_logs, p_effective_at timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  p_log.hash := mood_transition_hash(p_log);
  INSERT INTO mood_transition_logs SELECT p_log.*;
  INSERT INTO outbox (kind, model_id, payload)
  VALUES
    (
      'mood-changed',
      p_log.model_id,
      jsonb_build_object(
        'version',
        p_log.version,
        'previousState',
        p_log.previous_state,
        'newState',
        p_log.new_state,
        'changedBy',
        p_log.changed_by,
        'timestamp',
        p_effective_at,
        'recordedAt',
        p_log.created_at
      )
    );
END;
$$;
