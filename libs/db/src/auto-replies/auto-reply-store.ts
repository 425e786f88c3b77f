import type { AutoReply, AutoReplyStore, CancelReason } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import { createReplyBeginner } from './begin-replies.ts';
import { createReplyConfirmer } from './confirm-replies.ts';
import { createReplyFinder } from './find-replies.ts';
import { createReplyHolder } from './hold-out-reply.ts';
import { createMessageReceiver } from './receive-messages.ts';
import { statement } from '../statement.ts';

/** A condition on the status of a reply that is found by its id: a plain one could lead through the index of all open replies. */
const isOneOf = (...statuses: AutoReply['status'][]): RawBuilder<boolean> =>
  sql`CASE WHEN status IN (${sql.join(statuses)}) THEN true ELSE false END`;

const reopen = statement(
  'reopen-auto-reply',
  { id: 'uuid', patience: 'double precision' },
  (_, { id, patience }) => sql<{ id: string }>`WITH reopened AS (
      UPDATE auto_replies a SET status = CASE WHEN a.text IS NULL THEN 'pending' ELSE 'sending' END, updated_at = clock_timestamp()
      WHERE a.id = ${id} AND ${isOneOf('failed')} AND EXISTS (SELECT FROM outbox o WHERE o.id = a.id)
        AND NOT EXISTS (SELECT FROM auto_reply_conversations c
          WHERE c.model_id = a.model_id AND c.conversation_id = a.conversation_id AND c.last_answered_at >= a.last_message_at)
        AND NOT EXISTS (SELECT FROM auto_replies other
          WHERE other.model_id = a.model_id AND other.user_id = a.user_id AND other.conversation_id = a.conversation_id
            AND other.status IN ('pending', 'sending', 'sent') AND other.due_at > a.due_at - interval '2 days'
            AND (other.status <> 'sent' OR other.sent_at >= a.received_at))
      RETURNING id)
    UPDATE outbox SET failed_at = NULL, checks = 0, check_after = clock_timestamp() + make_interval(secs => ${patience})
    WHERE id = ANY(ARRAY(SELECT id FROM reopened)) RETURNING id`,
);

const cancelOf = (name: string, ...statuses: AutoReply['status'][]) =>
  statement(
    name,
    { id: 'uuid', reason: 'text' },
    (_, { id, reason }) => sql<{ id: string }>`WITH cancelled AS (
      UPDATE auto_replies SET status = 'cancelled', reason = ${reason}, text = NULL, updated_at = clock_timestamp()
      WHERE id = ${id} AND ${isOneOf(...statuses)} RETURNING id),
    released AS (DELETE FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM cancelled)))
    SELECT id FROM cancelled`,
  );

// A mood decides until the text is chosen. Lateness, a switch, and that there is nobody to write to decide until the reply is sent.
const cancelPending = cancelOf('cancel-pending-auto-reply', 'pending');
const cancelUnsent = cancelOf('cancel-unsent-auto-reply', 'pending', 'sending', 'failed');
const cancel: Record<CancelReason, typeof cancelPending> = {
  auto_respond_off: cancelPending,
  mood_expired: cancelPending,
  too_late: cancelUnsent,
  recipient_gone: cancelUnsent,
  sending_off: cancelUnsent,
};

const fail = statement(
  'fail-auto-reply',
  { id: 'uuid' },
  (_, { id }) => sql<{ template_id: string | null }>`WITH failed AS (
      UPDATE auto_replies SET status = 'failed', updated_at = clock_timestamp() WHERE id = ${id} AND ${isOneOf('pending', 'sending')}
      RETURNING id, template_id),
    marked AS (UPDATE outbox SET failed_at = clock_timestamp() WHERE id = ANY(ARRAY(SELECT id FROM failed)))
    SELECT template_id FROM failed`,
);

const reassign = statement(
  'reassign-auto-reply',
  { id: 'uuid', queue: 'text', jobId: 'text', patience: 'double precision' },
  (db, { id, queue, jobId, patience }) =>
    db
      .updateTable('outbox')
      .set({ queue, job_id: jobId, checks: 0, check_after: sql<Date>`clock_timestamp() + make_interval(secs => ${patience})` })
      .where('id', '=', id)
      .where('kind', '=', 'auto-reply'),
);

const answerConversation = statement(
  'answer-conversation',
  { conversationId: 'text', modelId: 'uuid', answeredAt: 'timestamptz' },
  (_, { conversationId, modelId, answeredAt }) =>
    sql<{ cancelled: number }>`SELECT answer_conversation(${conversationId}, ${modelId}, ${answeredAt}) AS cancelled`,
);

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
      const rows = await answerConversation.run(database.query, { conversationId, modelId, answeredAt });
      return rows[0]?.cancelled ?? 0;
    },

    find,

    beginSending: (autoReplyId, prepared) => begin({ autoReplyId, prepared }),

    holdOut: createReplyHolder(database),

    async reassign(autoReplyId, carrier) {
      await reassign.run(database.query, { id: autoReplyId, queue: carrier.queue, jobId: carrier.jobId, patience: patienceSeconds });
    },

    async reopen(autoReplyId) {
      const rows = await reopen.run(database.query, { id: autoReplyId, patience: patienceSeconds });
      return rows.length > 0;
    },

    async cancel(autoReplyId, reason) {
      const rows = await cancel[reason].run(database.query, { id: autoReplyId, reason });
      return rows.length > 0;
    },

    confirmSent,

    async fail(autoReplyId) {
      const [failed] = await fail.run(database.query, { id: autoReplyId });
      return failed === undefined ? null : { templateId: failed.template_id };
    },
  };
}
