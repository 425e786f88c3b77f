import { Migration } from '@mikro-orm/migrations';

/**
 * Intake of several messages in one round trip and one transaction, and of messages whose reply is due at once and kept by the job that
 * reports them. Cooldown and patience are in seconds. The function of before stays for processes of before.
 */
export class Migration20260101000007_receive_messages extends Migration {
  override up(): void {
    this.addSql(`
CREATE FUNCTION receive_user_message(
  p_id uuid, p_message_id text, p_conversation_id text, p_model_id uuid, p_user_id uuid, p_received_at timestamptz,
  p_cooldown double precision, p_queue text, p_job_id text, p_patience double precision,
  OUT outcome text, OUT auto_reply_id uuid, OUT due_at timestamptz, OUT is_due boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_delay integer;
  v_conversation auto_reply_conversations;
  v_known auto_replies;
  v_open auto_replies;
  v_received_at timestamptz := least(p_received_at, clock_timestamp());
BEGIN
  -- One report of a message at a time, whatever conversation it names.
  PERFORM pg_advisory_xact_lock(hashtextextended(p_message_id, 7306));

  SELECT s.response_delay INTO v_delay FROM model_mood_states s
    WHERE s.model_id = p_model_id AND s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp());
  SELECT * INTO v_known FROM auto_replies a WHERE a.message_id = p_message_id;
  IF v_known.id IS NOT NULL THEN
    outcome := CASE v_known.status WHEN 'joined' THEN 'joined' ELSE 'scheduled' END;
    auto_reply_id := coalesce(v_known.joined_to, v_known.id);
    due_at := v_known.due_at;
    is_due := due_at <= clock_timestamp();
    RETURN;
  END IF;
  IF v_delay IS NULL THEN
    outcome := 'auto_respond_off';
    RETURN;
  END IF;

  INSERT INTO auto_reply_conversations AS c (model_id, conversation_id) VALUES (p_model_id, p_conversation_id)
    ON CONFLICT (model_id, conversation_id) DO UPDATE SET updated_at = clock_timestamp() RETURNING c.* INTO v_conversation;
  IF v_conversation.last_answered_at >= v_received_at THEN
    outcome := 'answered';
    RETURN;
  END IF;

  SELECT * INTO v_open FROM auto_replies a WHERE a.model_id = p_model_id AND a.conversation_id = p_conversation_id
    AND a.status IN ('pending', 'sending');
  IF v_open.id IS NOT NULL THEN
    UPDATE auto_replies a SET last_message_at = greatest(a.last_message_at, v_received_at), updated_at = clock_timestamp()
      WHERE a.id = v_open.id;
    INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, joined_to, received_at, last_message_at,
        due_at)
      VALUES (p_id, p_message_id, p_conversation_id, p_model_id, p_user_id, 'joined', v_open.id, v_received_at, v_received_at,
        v_open.due_at);
    outcome := 'joined';
    auto_reply_id := v_open.id;
    due_at := v_open.due_at;
    RETURN;
  END IF;
  IF v_conversation.last_replied_at > clock_timestamp() - make_interval(secs => p_cooldown) THEN
    outcome := 'cooling_down';
    RETURN;
  END IF;

  auto_reply_id := p_id;
  due_at := v_received_at + make_interval(secs => v_delay);
  is_due := due_at <= clock_timestamp();
  INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at)
    VALUES (p_id, p_message_id, p_conversation_id, p_model_id, p_user_id, 'pending', v_received_at, v_received_at,
      receive_user_message.due_at);
  IF is_due AND p_job_id IS NOT NULL THEN
    INSERT INTO outbox (id, kind, model_id, payload, due_at, queue, job_id, check_after)
      VALUES (p_id, 'auto-reply', p_model_id, '{}', receive_user_message.due_at, p_queue, p_job_id, 
        clock_timestamp() + make_interval(secs => p_patience));
  ELSE
    INSERT INTO outbox (id, kind, model_id, payload, due_at)
      VALUES (p_id, 'auto-reply', p_model_id, '{}', receive_user_message.due_at);
  END IF;
  outcome := 'scheduled';
END $$;

-- In the order of conversations, so that no two calls wait for each other.
CREATE FUNCTION receive_user_messages(
  p_id uuid[], p_message_id text[], p_conversation_id text[], p_model_id uuid[], p_user_id uuid[], p_received_at timestamptz[],
  p_cooldown double precision[], p_queue text[], p_job_id text[], p_patience double precision[]
) RETURNS TABLE (item integer, outcome text, auto_reply_id uuid, due_at timestamptz, is_due boolean) LANGUAGE plpgsql AS $$
BEGIN
  FOR item IN
    SELECT m.place::integer FROM unnest(p_model_id, p_conversation_id, p_message_id)
      WITH ORDINALITY AS m(model_id, conversation_id, message_id, place)
    ORDER BY m.model_id, m.conversation_id, m.message_id
  LOOP
    SELECT r.outcome, r.auto_reply_id, r.due_at, r.is_due INTO outcome, auto_reply_id, due_at, is_due
      FROM receive_user_message(p_id[item], p_message_id[item], p_conversation_id[item], p_model_id[item], p_user_id[item],
        p_received_at[item], p_cooldown[item], p_queue[item], p_job_id[item], p_patience[item]) r;
    RETURN NEXT;
  END LOOP;
END $$;
`);
  }
}
