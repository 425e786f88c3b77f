-- Receives messages that users have written. p_messages is a list of received_message; the answer has a row for each, named by its item.
--
-- All pairs of people are locked first, in one order, then the conversations in another: no two calls wait for each other.
CREATE OR REPLACE FUNCTION receive_messages(p_messages json)
RETURNS TABLE (item integer, outcome text, auto_reply_id uuid, due_at timestamptz, is_due boolean)
LANGUAGE plpgsql
AS $$
DECLARE
  v_messages received_message[];
  v_message received_message;
  v_pair bigint;
BEGIN
  SELECT array_agg(m ORDER BY m.model_id, m.conversation_id, m.message_id)
  INTO v_messages
  FROM json_populate_recordset(NULL::received_message, p_messages) AS m;
  FOR v_pair IN SELECT DISTINCT hashtextextended(m.model_id || ' ' || m.user_id, 7306) FROM unnest(v_messages) AS m ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(v_pair);
  END LOOP;
  FOREACH v_message IN ARRAY coalesce(v_messages, '{}') LOOP
    item := v_message.item;
    SELECT r.outcome, r.auto_reply_id, r.due_at, r.is_due
    INTO outcome, auto_reply_id, due_at, is_due
    FROM receive_message(v_message) AS r;
    RETURN NEXT;
  END LOOP;
END;
$$;
