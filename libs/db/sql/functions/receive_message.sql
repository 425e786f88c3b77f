-- Times from outside are whole milliseconds, ours are not: what happened in the same millisecond counts as at the same time.
CREATE OR REPLACE FUNCTION receive_message(
  p_message received_message,
  OUT outcome text,
  OUT auto_reply_id uuid,
  OUT due_at timestamptz,
  OUT is_due boolean
)
LANGUAGE plpgsql
AS $$
DECLARE
  v_mood model_mood_states;
  v_conversation auto_reply_conversations;
  v_known auto_replies;
  v_open auto_replies;
  -- Whether the conversation knows of the reply to come.
  v_is_noted boolean;
  v_wanted boolean;
  v_last_sent_at timestamptz;
  v_replies bigint;
  -- What is read from a variable can bound an index; what a function says anew for every row cannot.
  v_looked_since timestamptz;
  v_day_ago timestamptz;
  v_received_at timestamptz := least(p_message.received_at, clock_timestamp());
  v_just_after timestamptz := v_received_at + INTERVAL '1 millisecond';
BEGIN
  IF p_message.model_id = p_message.user_id THEN
    outcome := 'from_itself';
    RETURN;
  END IF;
  -- One report about the same two people at a time: the daily cap counts across conversations. Taken before any conversation is locked.
  PERFORM pg_advisory_xact_lock(hashtextextended(p_message.model_id || ' ' || p_message.user_id, 7306));

  SELECT *
  INTO v_mood
  FROM model_mood_states AS s
  WHERE s.model_id = p_message.model_id AND s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp());
  IF v_mood.model_id IS NOT NULL THEN
    -- Locks the conversation. A new one has the reply at once, which is quicker than one more statement, and harmless when there will be none.
    INSERT INTO auto_reply_conversations AS c (model_id, conversation_id, recent_reply_ids)
    VALUES (p_message.model_id, p_message.conversation_id, ARRAY[p_message.id])
    ON CONFLICT (model_id, conversation_id) DO UPDATE SET updated_at = clock_timestamp()
    RETURNING c.*
    INTO v_conversation;
    v_is_noted := v_conversation.recent_reply_ids = ARRAY[p_message.id];
  ELSE
    SELECT *
    INTO v_conversation
    FROM auto_reply_conversations AS c
    WHERE c.model_id = p_message.model_id AND c.conversation_id = p_message.conversation_id;
  END IF;
  SELECT *
  INTO v_known
  FROM auto_replies AS a
  WHERE a.model_id = p_message.model_id AND a.conversation_id = p_message.conversation_id AND a.message_id = p_message.message_id;
  IF v_known.id IS NOT NULL THEN
    IF v_known.user_id != p_message.user_id THEN
      outcome := 'conflict';
      RETURN;
    END IF;
    outcome := CASE v_known.status
      WHEN 'joined' THEN 'joined'
      ELSE 'scheduled'
    END;
    auto_reply_id := coalesce(v_known.joined_to, v_known.id);
    due_at := v_known.due_at;
    is_due := due_at <= clock_timestamp();
    RETURN;
  END IF;
  -- Whoever writes after a reply goes on with the conversation, whatever becomes of this message.
  IF v_is_noted IS NOT TRUE AND cardinality(v_conversation.recent_reply_ids) > 0 THEN
    PERFORM note_engagement(v_conversation, p_message.user_id, v_received_at);
  END IF;
  IF v_mood.model_id IS NULL THEN
    outcome := 'auto_respond_off';
    RETURN;
  END IF;

  IF p_message.sending_off THEN
    outcome := 'sending_off';
    RETURN;
  END IF;
  IF v_conversation.last_answered_at >= v_received_at THEN
    outcome := 'answered';
    RETURN;
  END IF;
  IF v_mood.updated_at >= v_just_after THEN
    -- The mood is newer than the message. That does not matter if the model has wanted replies all the time since.
    SELECT l.auto_respond AND (l.expires_at IS NULL OR l.expires_at > v_received_at)
    INTO v_wanted
    FROM mood_transition_logs AS l
    WHERE l.model_id = p_message.model_id AND l.created_at < v_just_after
    ORDER BY l.created_at DESC, l.version DESC
    LIMIT 1;
    IF
      v_wanted IS NOT TRUE
      OR EXISTS (
        SELECT
        FROM mood_transition_logs AS l
        WHERE l.model_id = p_message.model_id AND l.created_at >= v_just_after AND NOT l.auto_respond
      )
    THEN
      outcome := 'before_mood';
      RETURN;
    END IF;
  END IF;
  due_at := v_received_at + make_interval(secs => v_mood.response_delay);
  IF due_at < clock_timestamp() - make_interval(secs => p_message.max_late_seconds) THEN
    outcome := 'too_late';
    due_at := NULL;
    RETURN;
  END IF;

  SELECT *
  INTO v_open
  FROM auto_replies AS a
  WHERE
    a.model_id = p_message.model_id
    AND a.conversation_id = p_message.conversation_id
    AND a.user_id = p_message.user_id
    AND a.status IN ('pending', 'sending');
  IF v_open.id IS NOT NULL THEN
    UPDATE auto_replies AS a
    SET
      last_message_at = greatest(a.last_message_at, v_received_at),
      updated_at = clock_timestamp()
    WHERE a.id = v_open.id;
    INSERT INTO auto_replies
      (id, message_id, conversation_id, model_id, user_id, status, joined_to, received_at, last_message_at, due_at)
    VALUES
      (
        p_message.id,
        p_message.message_id,
        p_message.conversation_id,
        p_message.model_id,
        p_message.user_id,
        'joined',
        v_open.id,
        v_received_at,
        v_received_at,
        v_open.due_at
      );
    outcome := 'joined';
    auto_reply_id := v_open.id;
    due_at := v_open.due_at;
    RETURN;
  END IF;

  -- A reply is sent a day after it was due at the latest.
  v_looked_since := least(v_received_at, clock_timestamp() - make_interval(secs => p_message.cooldown_seconds)) - INTERVAL '2 days';
  v_day_ago := clock_timestamp() - INTERVAL '24 hours';
  -- All states that the index of replies to a user has are named, and none less: where few replies were over, the index of those that are would
  -- seem the shorter one, and be read as a whole from then on.
  SELECT
    max(a.sent_at) FILTER (WHERE a.status = 'sent' AND a.conversation_id = p_message.conversation_id),
    count(*) FILTER (WHERE a.due_at > v_day_ago)
  INTO v_last_sent_at, v_replies
  FROM auto_replies AS a
  WHERE
    a.model_id = p_message.model_id
    AND a.user_id = p_message.user_id
    AND a.status IN ('pending', 'sending', 'sent')
    AND a.due_at > v_looked_since;
  IF v_last_sent_at > clock_timestamp() - make_interval(secs => p_message.cooldown_seconds) THEN
    outcome := 'cooling_down';
  ELSEIF v_last_sent_at >= v_received_at THEN
    outcome := 'replied';
  ELSEIF p_message.daily_cap <= v_replies THEN
    outcome := 'daily_cap';
  END IF;
  IF outcome IS NOT NULL THEN
    due_at := NULL;
    RETURN;
  END IF;

  auto_reply_id := p_message.id;
  is_due := due_at <= clock_timestamp();
  INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at)
  VALUES
    (
      p_message.id,
      p_message.message_id,
      p_message.conversation_id,
      p_message.model_id,
      p_message.user_id,
      'pending',
      v_received_at,
      v_received_at,
      receive_message.due_at
    );
  IF is_due AND p_message.job_id IS NOT NULL THEN
    INSERT INTO outbox (id, kind, model_id, payload, due_at, queue, job_id, check_after)
    VALUES
      (
        p_message.id,
        'auto-reply',
        p_message.model_id,
        '{}',
        receive_message.due_at,
        p_message.queue,
        p_message.job_id,
        clock_timestamp() + make_interval(secs => p_message.patience_seconds)
      );
  ELSE
    INSERT INTO outbox (id, kind, model_id, payload, due_at)
    VALUES (p_message.id, 'auto-reply', p_message.model_id, '{}', receive_message.due_at);
  END IF;
  IF NOT v_is_noted THEN
    UPDATE auto_reply_conversations AS c
    SET recent_reply_ids = (c.recent_reply_ids || p_message.id)[greatest(1, cardinality(c.recent_reply_ids) - 30):]
    WHERE c.model_id = p_message.model_id AND c.conversation_id = p_message.conversation_id;
  END IF;
  outcome := 'scheduled';
END;
$$;
