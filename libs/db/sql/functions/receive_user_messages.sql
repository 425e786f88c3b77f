-- All pairs of people are locked first, in one order, then the conversations in another: no two calls wait for each other.
CREATE OR REPLACE FUNCTION receive_user_messages(
  p_id uuid[],
  p_message_id text[],
  p_conversation_id text[],
  p_model_id uuid[],
  p_user_id uuid[],
  p_received_at timestamptz[],
  p_cooldown double precision[],
  p_max_late double precision[],
  p_daily_cap integer[],
  p_queue text[],
  p_job_id text[],
  p_patience double precision[]
)
RETURNS TABLE (item integer, outcome text, auto_reply_id uuid, due_at timestamptz, is_due boolean)
LANGUAGE plpgsql
AS $$
DECLARE
  v_pair bigint;
BEGIN
  FOR v_pair IN SELECT DISTINCT hashtextextended(p.model_id || ' ' || p.user_id, 7306)
  FROM unnest(p_model_id, p_user_id) AS p (model_id, user_id)
  ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(v_pair);
  END LOOP;
  FOR item IN SELECT m.place::integer
  FROM unnest(p_model_id, p_conversation_id, p_message_id) WITH ORDINALITY AS m (model_id, conversation_id, message_id, place)
  ORDER BY m.model_id, m.conversation_id, m.message_id LOOP
    SELECT r.outcome, r.auto_reply_id, r.due_at, r.is_due
    INTO outcome, auto_reply_id, due_at, is_due
    FROM
      receive_user_message(
        p_id[item],
        p_message_id[item],
        p_conversation_id[item],
        p_model_id[item],
        p_user_id[item],
        p_received_at[item],
        p_cooldown[item],
        p_max_late[item],
        p_daily_cap[item],
        p_queue[item],
        p_job_id[item],
        p_patience[item]
      ) AS r;
    RETURN NEXT;
  END LOOP;
END;
$$;
