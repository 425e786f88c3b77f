-- A user has written after replies of the last day: they are engaged, from the first message on. The conversation is locked before its replies.
-- Analytics is told of the first time that is known; a message that was written earlier and is reported later changes the time alone.
CREATE OR REPLACE FUNCTION note_engagement(p_conversation auto_reply_conversations, p_user_id uuid, p_received_at timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_followed uuid[] := ARRAY(
    SELECT a.id
    FROM auto_replies AS a
    WHERE
      a.id = ANY (p_conversation.recent_reply_ids)
      AND a.user_id = p_user_id
      AND coalesce(a.held_out_at, a.sent_at) < p_received_at
      AND coalesce(a.held_out_at, a.sent_at) >= p_received_at - INTERVAL '24 hours'
      AND (a.engaged_at IS NULL OR a.engaged_at > p_received_at)
  );
BEGIN
  IF v_followed = '{}' THEN
    RETURN;
  END IF;
  PERFORM 1
  FROM auto_reply_conversations AS c
  WHERE c.model_id = p_conversation.model_id AND c.conversation_id = p_conversation.conversation_id
  FOR NO KEY UPDATE;
  WITH
    engaged AS (
      UPDATE auto_replies AS a
      SET engaged_at = p_received_at
      WHERE a.id = ANY (v_followed) AND (a.engaged_at IS NULL OR a.engaged_at > p_received_at)
      RETURNING a.id, a.sent_at, old.engaged_at IS NULL AS is_first
    )
  INSERT INTO outbox (kind, model_id, payload)
  SELECT
    'auto-reply-engaged',
    p_conversation.model_id,
    jsonb_build_object(
      'timestamp',
      p_received_at,
      'autoReplyId',
      e.id,
      'conversationId',
      p_conversation.conversation_id,
      'sentAt',
      e.sent_at
    )
  FROM engaged AS e
  WHERE e.is_first AND e.sent_at IS NOT NULL;
END;
$$;
