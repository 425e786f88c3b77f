-- The model has answered: replies to messages up to then are not wanted any more. Returns how many were cancelled. Locks the conversation, as
-- receive_message does, so that a message and an answer are handled one after the other. An answer is never later than now: a reporting
-- clock that is fast must not silence a conversation.
CREATE OR REPLACE FUNCTION answer_conversation(p_conversation_id text, p_model_id uuid, p_answered_at timestamptz)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
  v_cancelled integer;
  v_recent uuid[];
  v_answered_at timestamptz := least(p_answered_at, clock_timestamp());
BEGIN
  INSERT INTO auto_reply_conversations AS c (model_id, conversation_id, last_answered_at)
  VALUES (p_model_id, p_conversation_id, v_answered_at)
  ON CONFLICT (model_id, conversation_id) DO UPDATE
    SET
      updated_at = clock_timestamp(),
      last_answered_at = greatest(c.last_answered_at, excluded.last_answered_at)
  RETURNING c.recent_reply_ids
  INTO v_recent;
  IF cardinality(v_recent) > 0 THEN
    UPDATE auto_replies AS a
    SET continued_at = v_answered_at
    WHERE
      a.id = ANY (v_recent)
      AND a.sent_at < v_answered_at
      AND a.sent_at >= v_answered_at - INTERVAL '24 hours'
      AND (a.continued_at IS NULL OR a.continued_at > v_answered_at);
  END IF;
  WITH
    cancelled AS (
      UPDATE auto_replies
      SET
        status = 'cancelled',
        reason = 'answered',
        text = NULL,
        updated_at = clock_timestamp()
      WHERE
        model_id = p_model_id
        AND conversation_id = p_conversation_id
        AND status IN ('pending', 'sending')
        AND last_message_at <= v_answered_at
      RETURNING id
    ),
    released AS (DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM cancelled)) RETURNING id)
  SELECT count(*)
  INTO v_cancelled
  FROM cancelled;
  RETURN v_cancelled;
END;
$$;
