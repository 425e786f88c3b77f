import type { AutoReply, AutoReplyStore, ClosedReply, IntakeOutcome } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.ts';

interface IntakeRow {
  outcome: 'scheduled' | 'joined' | 'auto_respond_off' | 'answered' | 'cooling_down';
  auto_reply_id: string;
  due_at: Date;
}

interface AutoReplyRow {
  id: string;
  conversation_id: string;
  model_id: string;
  user_id: string;
  status: AutoReply['status'];
  remaining_ms: number;
  text: string | null;
}

/**
 * @param patienceSeconds how long a reply may be on its way to the message service before the reconciler looks at its job.
 * Only whoever sends replies needs it.
 */
export function createAutoReplyStore(database: Database, patienceSeconds = 15): AutoReplyStore {
  return {
    async receive(message, cooldownSeconds): Promise<IntakeOutcome> {
      const rows = await database.query<IntakeRow>(
        { name: 'receive-user-message', text: `SELECT * FROM receive_user_message($1, $2, $3, $4, $5, $6, make_interval(secs => $7))` },
        [uuidv7(), message.messageId, message.conversationId, message.modelId, message.userId, message.receivedAt, cooldownSeconds],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('receive_user_message returned no row');
      switch (row.outcome) {
        case 'scheduled':
        case 'joined':
          return { kind: row.outcome, autoReplyId: row.auto_reply_id, dueAt: row.due_at };
        case 'auto_respond_off':
        case 'answered':
        case 'cooling_down':
          return { kind: 'ignored', reason: row.outcome };
      }
    },

    async answered(conversationId, modelId, answeredAt) {
      const rows = await database.query<{ cancelled: number }>(
        { name: 'answer-conversation', text: `SELECT answer_conversation($1, $2, $3) AS cancelled` },
        [conversationId, modelId, answeredAt],
      );
      return rows[0]?.cancelled ?? 0;
    },

    async find(autoReplyId) {
      const rows = await database.query<AutoReplyRow>(
        {
          name: 'find-auto-reply',
          text: `SELECT id, conversation_id, model_id, user_id, status, text,
              extract(epoch FROM due_at - clock_timestamp())::double precision * 1000 AS remaining_ms
            FROM auto_replies WHERE id = $1`,
        },
        [autoReplyId],
      );
      const [row] = rows;
      if (row === undefined) return null;
      return {
        id: row.id,
        conversationId: row.conversation_id,
        modelId: row.model_id,
        userId: row.user_id,
        status: row.status,
        remainingMs: row.remaining_ms,
        text: row.text,
      };
    },

    async beginSending(autoReplyId, prepared, deliveryJob) {
      const rows = await database.query(
        {
          name: 'begin-auto-reply',
          text: `WITH begun AS (
              UPDATE auto_replies a SET status = 'sending', text = $2, template_id = $3, template_version = $4, mood_state = $5,
                tier_level = $6, experiment = $10, updated_at = clock_timestamp()
              WHERE a.id = $1 AND a.status = 'pending' AND EXISTS (SELECT 1 FROM model_mood_states s WHERE s.model_id = a.model_id
                AND s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp()))
              RETURNING a.id),
            handed_over AS (
              UPDATE outbox o SET queue = $7, job_id = $8, checks = 0, check_after = clock_timestamp() + make_interval(secs => $9)
              FROM begun WHERE o.id = begun.id)
            SELECT id FROM begun`,
        },
        [
          autoReplyId,
          prepared.text,
          prepared.template?.id ?? null,
          prepared.template?.version ?? null,
          prepared.moodState,
          prepared.tier,
          deliveryJob.queue,
          deliveryJob.jobId,
          patienceSeconds,
          prepared.template?.experiment ?? null,
        ],
      );
      return rows.length === 1;
    },

    async reassign(autoReplyId, deliveryJob) {
      await database.query(
        { name: 'reassign-auto-reply', text: `UPDATE outbox SET queue = $2, job_id = $3 WHERE id = $1 AND kind = 'auto-reply'` },
        [autoReplyId, deliveryJob.queue, deliveryJob.jobId],
      );
    },

    async cancel(autoReplyId, reason) {
      await database.query(
        {
          name: 'cancel-auto-reply',
          text: `WITH cancelled AS (
              UPDATE auto_replies SET status = 'cancelled', reason = $2, updated_at = clock_timestamp()
              WHERE id = $1 AND status = 'pending' RETURNING id)
            DELETE FROM outbox USING cancelled WHERE outbox.id = cancelled.id`,
        },
        [autoReplyId, reason],
      );
    },

    async confirmSent(autoReplyId) {
      const rows = await database.query<{ template_id: string | null }>(
        {
          name: 'confirm-auto-reply',
          text: `WITH sent AS (
              UPDATE auto_replies SET status = 'sent', text = NULL, sent_at = clock_timestamp(), updated_at = clock_timestamp()
              WHERE id = $1 AND status IN ('sending', 'failed') RETURNING *),
            cooling AS (
              UPDATE auto_reply_conversations c SET last_replied_at = clock_timestamp(), updated_at = clock_timestamp()
              FROM sent WHERE c.model_id = sent.model_id AND c.conversation_id = sent.conversation_id),
            told AS (
              INSERT INTO outbox (kind, model_id, payload) SELECT 'auto-reply-sent', sent.model_id, jsonb_build_object(
                'autoReplyId', sent.id, 'conversationId', sent.conversation_id, 'moodState', sent.mood_state,
                'tierLevel', sent.tier_level, 'templateId', sent.template_id, 'templateVersion', sent.template_version,
                'experiment', sent.experiment, 'timestamp', sent.sent_at)
              FROM sent),
            kept AS (DELETE FROM outbox USING sent WHERE outbox.id = sent.id)
            SELECT template_id FROM sent`,
        },
        [autoReplyId],
      );
      return toClosed(rows);
    },

    async fail(autoReplyId) {
      const rows = await database.query<{ template_id: string | null }>(
        {
          name: 'fail-auto-reply',
          text: `WITH failed AS (
              UPDATE auto_replies SET status = 'failed', updated_at = clock_timestamp() WHERE id = $1 AND status = 'sending'
              RETURNING id, template_id),
            marked AS (UPDATE outbox SET failed_at = clock_timestamp() FROM failed WHERE outbox.id = failed.id)
            SELECT template_id FROM failed`,
        },
        [autoReplyId],
      );
      return toClosed(rows);
    },
  };
}

function toClosed([row]: readonly { template_id: string | null }[]): ClosedReply | null {
  return row === undefined ? null : { templateId: row.template_id };
}
