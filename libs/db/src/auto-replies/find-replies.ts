import type { AutoReply } from '@mood/domain';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';

interface AutoReplyRow {
  id: string;
  conversation_id: string;
  model_id: string;
  user_id: string;
  status: AutoReply['status'];
  as_of: Date;
  remaining_ms: number;
  text: string | null;
}

const findReplies = {
  name: 'find-auto-replies',
  text: `SELECT id, conversation_id, model_id, user_id, status, text, clock_timestamp() AS as_of,
      extract(epoch FROM due_at - clock_timestamp())::double precision * 1000 AS remaining_ms
    FROM auto_replies WHERE id = ANY($1::uuid[])`,
};

function toReply(row: AutoReplyRow): AutoReply {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    modelId: row.model_id,
    userId: row.user_id,
    status: row.status,
    remainingMs: row.remaining_ms,
    asOf: row.as_of,
    text: row.text,
  };
}

/** @returns what finds a reply by its id; null when there is none. */
export function createReplyFinder(database: Database): (autoReplyId: string) => Promise<AutoReply | null> {
  async function together(ids: readonly string[]): Promise<(AutoReply | null)[]> {
    const rows = await database.query<AutoReplyRow>(findReplies, [ids]);
    const byId = new Map(rows.map((row) => [row.id, toReply(row)]));
    return ids.map((id) => byId.get(id) ?? null);
  }
  return groupCalls({
    maxTogether: 100,
    maxStatements: 2,
    together,
    alone: async (id) => (await together([id]))[0] ?? null,
  });
}
