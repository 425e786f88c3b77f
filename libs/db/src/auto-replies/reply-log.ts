import type { LoggedReply, ReplyLog } from '@mood/domain';
import { sql } from 'kysely';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';

interface ReplyRow extends Omit<LoggedReply, 'template'> {
  micros: string;
  templateId: string | null;
  templateVersion: number | null;
  content: string | null;
}

/** Begins before all that there can be. */
const firstPlace = { micros: '99999999999999999', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

// The range, the order and the condition are those of one index, in which each entry is shown.
const repliesOfModel = statement(
  'replies-of-model',
  { modelId: 'uuid', micros: 'bigint', id: 'uuid', rows: 'integer' },
  (_, { modelId, micros, id, rows }) => sql<ReplyRow>`SELECT a.id, a.conversation_id AS "conversationId", a.user_id AS "userId",
      CASE WHEN a.status IN ('pending', 'sending') THEN 'scheduled' ELSE a.status END AS status,
      CASE a.status WHEN 'cancelled' THEN a.reason END AS reason,
      a.received_at AS "receivedAt", a.due_at AS "dueAt", a.sent_at AS "sentAt", a.text,
      a.template_id AS "templateId", a.template_version AS "templateVersion",
      -- Each by its key: a join would read all versions of a small table for every reply.
      (SELECT v.content FROM mood_template_versions v WHERE v.template_id = a.template_id AND v.version = a.template_version) AS content,
      CASE a.status WHEN 'sent' THEN a.engaged_at IS NOT NULL END AS "wroteAgain",
      (extract(epoch FROM a.created_at) * 1000000)::bigint::text AS micros
    FROM (SELECT * FROM auto_replies r WHERE r.model_id = ${modelId} AND r.joined_to IS NULL
        AND (r.created_at, r.id) < (timestamptz 'epoch' + ${micros} * interval '1 microsecond', ${id})
      ORDER BY r.created_at DESC, r.id DESC LIMIT ${rows}) a
    ORDER BY a.created_at DESC, a.id DESC`,
);

export function createReplyLog(database: Database): ReplyLog {
  return {
    async page(modelId, { limit, cursor }) {
      const after = cursor === null ? firstPlace : readCursor(cursor);
      // One more than asked for says whether there is more.
      const rows = await database.readSnapshot(async (query) => {
        // In the order of the index up to the end of the page: a bitmap of all replies of the model would have to be sorted first.
        await query({ name: 'read-in-order', text: 'SET LOCAL enable_bitmapscan = off' }, []);
        return repliesOfModel.run(query, { modelId, ...after, rows: limit + 1 });
      });
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return { replies: shown.map(toReply), nextCursor: last === undefined ? null : writeCursor(last) };
    },
  };
}

function toReply(row: ReplyRow): LoggedReply {
  const { micros: _, templateId, templateVersion, content, ...reply } = row;
  const isKnown = templateId !== null && templateVersion !== null && content !== null;
  return { ...reply, template: isKnown ? { id: templateId, version: templateVersion, content } : null };
}
