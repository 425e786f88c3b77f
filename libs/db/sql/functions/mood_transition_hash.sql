-- The link of the chain: SHA-256 over the previous hash and every column, in clear or as ciphertext.
-- No field can hold the separator, so two different rows never give the same input.
CREATE OR REPLACE FUNCTION mood_transition_hash(l mood_transition_logs)
RETURNS bytea
LANGUAGE sql
STABLE
AS $$
  SELECT
    sha256(
      convert_to(
        concat_ws(
          '|',
          coalesce(encode(l.previous_hash, 'hex'), '-'),
          l.id,
          l.model_id,
          l.version,
          coalesce(l.previous_state, '-'),
          l.new_state,
          l.changed_by,
          coalesce(l.admin_user_id::text, '-'),
          coalesce(encode(l.admin_reason, 'hex'), '-'),
          coalesce(encode(l.custom_message, 'hex'), '-'),
          coalesce(encode(l.ip_address, 'hex'), '-'),
          coalesce(encode(l.user_agent, 'hex'), '-'),
          coalesce(l.data_key_id::text, '-'),
          l.auto_respond,
          l.response_delay,
          coalesce((EXTRACT(EPOCH FROM l.expires_at) * 1000000)::bigint::text, '-'),
          (EXTRACT(EPOCH FROM l.created_at) * 1000000)::bigint,
          -- Nothing at all where there is no hold: so it was before holds were recorded.
          (EXTRACT(EPOCH FROM l.held_until) * 1000000)::bigint
        ),
        'UTF8'
      )
    );
$$;
