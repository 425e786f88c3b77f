import type { ClosedReply } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';
import { statement } from '../statement.ts';

interface SentRow {
  id: string;
  template_id: string | null;
}

/**
 * A reply that had begun was sent, even if the model's own answer has cancelled it while the message service took it.
 * A message or an answer that comes in locks its conversation and then the reply. So conversations come first here, too.
 * @param locking which conversations, of the replies `a`. @param which replies, once those are locked: a condition.
 */
const confirm = (locking: RawBuilder<unknown>, which: RawBuilder<unknown>) => sql<SentRow>`WITH held AS MATERIALIZED (
      SELECT a.id FROM auto_replies a JOIN auto_reply_conversations c ON c.model_id = a.model_id AND c.conversation_id = a.conversation_id
      WHERE ${locking}),
  sent AS (
    UPDATE auto_replies SET status = 'sent', text = NULL, sent_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE ${which} AND mood_state IS NOT NULL AND status IN ('sending', 'failed', 'cancelled') RETURNING *),
  told AS (
    INSERT INTO outbox (kind, model_id, payload) SELECT 'auto-reply-sent', sent.model_id, jsonb_build_object(
      'autoReplyId', sent.id, 'conversationId', sent.conversation_id, 'moodState', sent.mood_state,
      'tierLevel', sent.tier_level, 'templateId', sent.template_id, 'templateVersion', sent.template_version,
      'experiment', sent.experiment, 'timestamp', sent.sent_at)
    FROM sent),
  kept AS (DELETE FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM sent)))
  SELECT id, template_id FROM sent`;

const confirmOne = statement('confirm-auto-reply', { id: 'uuid' }, (_, { id }) =>
  // The count is there to have the conversation locked first. That of a reply that failed long ago may be forgotten.
  confirm(sql`a.id = ${id} FOR NO KEY UPDATE OF c`, sql`id = ${id} AND (SELECT count(*) FROM held) IS NOT NULL`),
);
const confirmMany = statement('confirm-auto-replies', { ids: 'uuid[]' }, (_, { ids }) =>
  confirm(sql`a.id = ANY(${ids}) FOR NO KEY UPDATE OF c SKIP LOCKED`, sql`id = ANY(ARRAY(SELECT id FROM held))`),
);

/** @returns what notes that the message service has a reply; null when it was not open any more. */
export function createReplyConfirmer(database: Database): (autoReplyId: string) => Promise<ClosedReply | null> {
  return groupCalls<string, ClosedReply | null>({
    maxTogether: 32,
    maxStatements: 1,
    async alone(id) {
      const [row] = await confirmOne.run(database.query, { id });
      return row === undefined ? null : { templateId: row.template_id };
    },
    async together(ids) {
      const rows = await confirmMany.run(database.query, { ids });
      const byId = new Map(rows.map((row) => [row.id, { templateId: row.template_id }]));
      return ids.map((id) => {
        const closed = byId.get(id);
        // The same reply may be confirmed twice in one group: the second time it is closed already.
        byId.delete(id);
        return closed;
      });
    },
  });
}
