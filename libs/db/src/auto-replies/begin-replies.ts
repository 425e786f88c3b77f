import type { PreparedReply } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import { phaseOf } from './phase-of.ts';

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
const begin = (name: string, locked: RawBuilder<unknown>) =>
  statement(
    name,
    { ids: 'uuid[]', replies: 'json' },
    (_, { ids, replies }) => sql<BegunRow>`WITH held AS MATERIALIZED (
      SELECT id FROM auto_replies WHERE id = ANY(${ids}) FOR NO KEY UPDATE ${locked}),
    begun AS (
      UPDATE auto_replies a SET status = 'sending', text = i.text, template_id = i.template_id, template_version = i.template_version,
        mood_state = i.mood_state, tier_level = i.tier_level, experiment = i.experiment, phase_id = ${phaseOf('i')},
        updated_at = clock_timestamp()
      FROM json_populate_recordset(NULL::prepared_reply, ${replies}) AS i
      WHERE a.id = ANY(ARRAY(SELECT id FROM held)) AND a.id = i.id AND CASE a.status WHEN 'pending' THEN (
        SELECT s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())
        FROM model_mood_states s WHERE s.model_id = a.model_id) ELSE false END
      RETURNING a.id)
  SELECT held.id, begun.id IS NOT NULL AS begun FROM held LEFT JOIN begun USING (id)`,
  );

const beginOne = begin('begin-auto-reply', sql``);
// Messages that come in together lock replies in an order of their own. So a group does not wait for any.
const beginMany = begin('begin-auto-replies', sql`SKIP LOCKED`);

/** The fields of the type `prepared_reply`. */
export const recordOf = ({ autoReplyId, prepared }: Beginning) => ({
  id: autoReplyId,
  text: prepared.text,
  template_id: prepared.template?.id ?? null,
  template_version: prepared.template?.version ?? null,
  mood_state: prepared.moodState,
  tier_level: prepared.tier,
  experiment: prepared.template?.experiment ?? null,
  revision: prepared.exposure?.revision ?? null,
});

/** @returns what moves a reply from pending to sending; false when it was too late. */
export function createReplyBeginner(database: Database): (beginning: Beginning) => Promise<boolean> {
  const run = (begin: typeof beginOne, beginnings: readonly Beginning[]) =>
    begin.run(database.query, { ids: beginnings.map(({ autoReplyId }) => autoReplyId), replies: toJson(beginnings.map(recordOf)) });
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
