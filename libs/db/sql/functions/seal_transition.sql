-- An entry of the audit log as it is stored: with its link of the chain.
CREATE OR REPLACE FUNCTION seal_transition(l mood_transition_logs)
RETURNS SETOF mood_transition_logs
LANGUAGE sql
STABLE
AS $$
  SELECT
    l.id,
    l.model_id,
    l.version,
    l.previous_state,
    l.new_state,
    l.changed_by,
    l.admin_user_id,
    l.admin_reason,
    l.custom_message,
    l.ip_address,
    l.user_agent,
    l.data_key_id,
    l.auto_respond,
    l.response_delay,
    l.expires_at,
    l.created_at,
    l.previous_hash,
    mood_transition_hash(l),
    l.held_until;
$$;
