import type { PreparedReply } from '@mood/domain';
import type { Database, Statement } from '../database.ts';
import { groupCalls, inColumns } from '../group-calls.ts';

interface Beginning {
  autoReplyId: string;
  prepared: PreparedReply;
}

interface BegunRow {
  id: string;
  begun: boolean;
}

/**
 * Written so that every row is found by its key. Joined by its id alone, all replies would be read; with an EXISTS all moods; and by a
 * plain condition on the status all entries of the index of open replies, which has many that are out of date.
 * @param locked what becomes of replies that somebody else has locked.
 */
const begin = (locked: 'SKIP LOCKED' | '') => `WITH held AS MATERIALIZED (
      SELECT id FROM auto_replies WHERE id = ANY($1::uuid[]) FOR NO KEY UPDATE ${locked}),
    begun AS (
      UPDATE auto_replies a SET status = 'sending', text = i.text, template_id = i.template_id, template_version = i.template_version,
        mood_state = i.mood_state, tier_level = i.tier_level, experiment = i.experiment, updated_at = clock_timestamp()
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[])
        AS i(id, text, template_id, template_version, mood_state, tier_level, experiment)
      WHERE a.id = ANY(ARRAY(SELECT id FROM held)) AND a.id = i.id AND CASE a.status WHEN 'pending' THEN (
        SELECT s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())
        FROM model_mood_states s WHERE s.model_id = a.model_id) ELSE false END
      RETURNING a.id)
  SELECT held.id, begun.id IS NOT NULL AS begun FROM held LEFT JOIN begun USING (id)`;

const beginOne = { name: 'begin-auto-reply', text: begin('') };
// Messages that come in together lock replies in an order of their own. So a group does not wait for any.
const beginMany = { name: 'begin-auto-replies', text: begin('SKIP LOCKED') };

const parameters = 7;

const valuesOf = ({ autoReplyId, prepared }: Beginning): readonly unknown[] => [
  autoReplyId,
  prepared.text,
  prepared.template?.id ?? null,
  prepared.template?.version ?? null,
  prepared.moodState,
  prepared.tier,
  prepared.template?.experiment ?? null,
];

/** @returns what moves a reply from pending to sending; false when it was too late. */
export function createReplyBeginner(database: Database): (beginning: Beginning) => Promise<boolean> {
  const run = (statement: Statement, beginnings: readonly Beginning[]) =>
    database.query<BegunRow>(statement, inColumns(beginnings.map(valuesOf), parameters));
  return groupCalls({
    maxTogether: 32,
    maxStatements: 1,
    async alone(beginning) {
      const [row] = await run(beginOne, [beginning]);
      return row?.begun ?? false;
    },
    async together(beginnings) {
      const rows = await run(beginMany, beginnings);
      const byId = new Map(rows.map((row) => [row.id, row.begun]));
      return beginnings.map(({ autoReplyId }) => {
        const begun = byId.get(autoReplyId);
        // Of two that would begin the same reply one wins.
        if (begun === true) byId.set(autoReplyId, false);
        return begun;
      });
    },
  });
}
