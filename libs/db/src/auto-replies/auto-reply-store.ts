import type { AutoReply, AutoReplyStore, CancelReason } from '@mood/domain';
import type { Database, Statement } from '../database.ts';
import { createReplyBeginner } from './begin-replies.ts';
import { createReplyConfirmer } from './confirm-replies.ts';
import { createReplyFinder } from './find-replies.ts';
import { createMessageReceiver } from './receive-messages.ts';

/** A condition on the status of a reply that is found by its id: a plain one could lead through the index of all open replies. */
const isOneOf = (...statuses: AutoReply['status'][]) =>
  `CASE ${statuses.map((status) => `WHEN status = '${status}' THEN true`).join(' ')} ELSE false END`;

const reopen = {
  name: 'reopen-auto-reply',
  text: `WITH reopened AS (
      UPDATE auto_replies a SET status = CASE WHEN a.text IS NULL THEN 'pending' ELSE 'sending' END, updated_at = clock_timestamp()
      WHERE a.id = $1 AND ${isOneOf('failed')} AND EXISTS (SELECT FROM outbox o WHERE o.id = a.id)
        AND NOT EXISTS (SELECT FROM auto_reply_conversations c
          WHERE c.model_id = a.model_id AND c.conversation_id = a.conversation_id AND c.last_answered_at >= a.last_message_at)
        AND NOT EXISTS (SELECT FROM auto_replies other
          WHERE other.model_id = a.model_id AND other.user_id = a.user_id AND other.conversation_id = a.conversation_id
            AND other.status IN ('pending', 'sending', 'sent') AND other.due_at > a.due_at - interval '2 days'
            AND (other.status <> 'sent' OR other.sent_at >= a.received_at))
      RETURNING id)
    UPDATE outbox SET failed_at = NULL, checks = 0, check_after = clock_timestamp() + make_interval(secs => $2)
    WHERE id = ANY(ARRAY(SELECT id FROM reopened)) RETURNING id`,
};

const cancelOf = (name: string, ...statuses: AutoReply['status'][]) => ({
  name,
  text: `WITH cancelled AS (
      UPDATE auto_replies SET status = 'cancelled', reason = $2, text = NULL, updated_at = clock_timestamp()
      WHERE id = $1 AND ${isOneOf(...statuses)} RETURNING id),
    released AS (DELETE FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM cancelled)))
    SELECT id FROM cancelled`,
});

// A mood decides until the text is chosen. Lateness, and that there is nobody to write to, decide until the reply is sent.
const cancelPending = cancelOf('cancel-pending-auto-reply', 'pending');
const cancelUnsent = cancelOf('cancel-unsent-auto-reply', 'pending', 'sending', 'failed');
const cancel: Record<CancelReason, Statement> = {
  auto_respond_off: cancelPending,
  mood_expired: cancelPending,
  too_late: cancelUnsent,
  recipient_gone: cancelUnsent,
};

export const answerConversation = { name: 'answer-conversation', text: 'SELECT answer_conversation($1, $2, $3) AS cancelled' };

/**
 * @param patienceSeconds how long a reply may be on its way to the message service before the reconciler looks at its job.
 * Only whoever sends replies needs it.
 */
export function createAutoReplyStore(database: Database, patienceSeconds = 15): AutoReplyStore {
  const receive = createMessageReceiver(database, patienceSeconds);
  const find = createReplyFinder(database);
  const begin = createReplyBeginner(database);
  const confirmSent = createReplyConfirmer(database);
  return {
    receive: (message, rules, carrier) => receive({ message, rules, carrier }),

    async answered(conversationId, modelId, answeredAt) {
      const rows = await database.query<{ cancelled: number }>(answerConversation, [conversationId, modelId, answeredAt]);
      return rows[0]?.cancelled ?? 0;
    },

    find,

    beginSending: (autoReplyId, prepared) => begin({ autoReplyId, prepared }),

    async reassign(autoReplyId, carrier) {
      await database.query(
        {
          name: 'reassign-auto-reply',
          text: `UPDATE outbox SET queue = $2, job_id = $3, checks = 0, check_after = clock_timestamp() + make_interval(secs => $4)
            WHERE id = $1 AND kind = 'auto-reply'`,
        },
        [autoReplyId, carrier.queue, carrier.jobId, patienceSeconds],
      );
    },

    async reopen(autoReplyId) {
      const rows = await database.query(reopen, [autoReplyId, patienceSeconds]);
      return rows.length > 0;
    },

    async cancel(autoReplyId, reason) {
      const rows = await database.query(cancel[reason], [autoReplyId, reason]);
      return rows.length > 0;
    },

    confirmSent,

    async fail(autoReplyId) {
      const rows = await database.query<{ template_id: string | null }>(
        {
          name: 'fail-auto-reply',
          text: `WITH failed AS (
              UPDATE auto_replies SET status = 'failed', updated_at = clock_timestamp() WHERE id = $1 AND ${isOneOf('pending', 'sending')}
              RETURNING id, template_id),
            marked AS (UPDATE outbox SET failed_at = clock_timestamp() WHERE id = ANY(ARRAY(SELECT id FROM failed)))
            SELECT template_id FROM failed`,
        },
        [autoReplyId],
      );
      return rows[0] === undefined ? null : { templateId: rows[0].template_id };
    },
  };
}
