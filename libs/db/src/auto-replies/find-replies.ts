import type { AutoReply } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';
import { anyOf, statement } from '../statement.ts';
import type { RowOf } from '../statement.ts';

const findReplies = statement('find-auto-replies', { ids: 'uuid[]' }, (db, { ids }) =>
  db
    .selectFrom('auto_replies')
    .select(['id', 'conversation_id', 'model_id', 'user_id', 'status', 'text', sql<Date>`clock_timestamp()`.as('as_of')])
    .select(sql<number>`extract(epoch FROM due_at - clock_timestamp())::double precision * 1000`.as('remaining_ms'))
    .where('id', '=', anyOf(ids)),
);

function toReply(row: RowOf<typeof findReplies>): AutoReply {
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
    const rows = await findReplies.run(database.query, { ids });
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
