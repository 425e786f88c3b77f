import { Migration } from '@mikro-orm/migrations';

/**
 * Intake and cancelling of auto-replies, each one call. Both lock the conversation's row first, so that two messages,
 * or a message and an answer, of one conversation are handled one after the other.
 */
export class Migration20260101000002_auto_reply_functions extends Migration {
  override up(): void {
    this.addSql(`
CREATE FUNCTION receive_user_message(
  p_id uuid, p_message_id text, p_conversation_id text, p_model_id uuid, p_user_id uuid, p_received_at timestamptz,
  p_cooldown interval,
  OUT outcome text, OUT auto_reply_id uuid, OUT due_at timestamptz
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
  IF v_known.id IS NULL AND v_delay IS NULL THEN
    outcome := 'auto_respond_off';
    RETURN;
  END IF;

  INSERT INTO auto_reply_conversations AS c (model_id, conversation_id) VALUES (p_model_id, p_conversation_id)
    ON CONFLICT (model_id, conversation_id) DO UPDATE SET updated_at = clock_timestamp() RETURNING c.* INTO v_conversation;

  SELECT * INTO v_known FROM auto_replies a WHERE a.message_id = p_message_id;
  IF v_known.id IS NOT NULL THEN
    outcome := CASE v_known.status WHEN 'joined' THEN 'joined' ELSE 'scheduled' END;
    auto_reply_id := coalesce(v_known.joined_to, v_known.id);
    due_at := v_known.due_at;
    RETURN;
  END IF;
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
  IF v_conversation.last_replied_at > clock_timestamp() - p_cooldown THEN
    outcome := 'cooling_down';
    RETURN;
  END IF;

  auto_reply_id := p_id;
  due_at := v_received_at + make_interval(secs => v_delay);
  INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at)
    VALUES (p_id, p_message_id, p_conversation_id, p_model_id, p_user_id, 'pending', v_received_at, v_received_at,
      receive_user_message.due_at);
  INSERT INTO outbox (id, kind, model_id, payload, due_at) VALUES (p_id, 'auto-reply', p_model_id, '{}', receive_user_message.due_at);
  outcome := 'scheduled';
END $$;

CREATE FUNCTION answer_conversation(p_conversation_id text, p_model_id uuid, p_answered_at timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  v_cancelled integer;
BEGIN
  INSERT INTO auto_reply_conversations AS c (model_id, conversation_id, last_answered_at)
    VALUES (p_model_id, p_conversation_id, p_answered_at)
    ON CONFLICT (model_id, conversation_id) DO UPDATE SET updated_at = clock_timestamp(),
      last_answered_at = greatest(c.last_answered_at, excluded.last_answered_at);
  WITH cancelled AS (
    UPDATE auto_replies SET status = 'cancelled', reason = 'answered', text = NULL, updated_at = clock_timestamp()
      WHERE model_id = p_model_id AND conversation_id = p_conversation_id AND status IN ('pending', 'sending')
        AND last_message_at <= p_answered_at
      RETURNING id
  ), released AS (
    DELETE FROM outbox USING cancelled WHERE outbox.id = cancelled.id RETURNING outbox.id
  )
  SELECT count(*) INTO v_cancelled FROM cancelled;
  RETURN v_cancelled;
END $$;
`);
  }
}
