import type { PreparedReply } from '@mood/domain';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';

interface Beginning {
  autoReplyId: string;
  prepared: PreparedReply;
}

// Written so that every row is found by its key. Joined by its id alone, all replies would be read; with an EXISTS all moods; and by a
// plain condition on the status all entries of the index of open replies, which has many that are out of date.
const beginReplies = {
  name: 'begin-auto-replies',
  text: `UPDATE auto_replies a SET status = 'sending', text = i.text, template_id = i.template_id, template_version = i.template_version,
      mood_state = i.mood_state, tier_level = i.tier_level, experiment = i.experiment, updated_at = clock_timestamp()
    FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[])
      AS i(id, text, template_id, template_version, mood_state, tier_level, experiment)
    WHERE a.id = ANY($1::uuid[]) AND a.id = i.id AND CASE a.status WHEN 'pending' THEN (
      SELECT s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())
      FROM model_mood_states s WHERE s.model_id = a.model_id) ELSE false END
    RETURNING a.id`,
};

/** @returns what moves a reply from pending to sending; false when it was too late. */
export function createReplyBeginner(database: Database): (beginning: Beginning) => Promise<boolean> {
  async function together(beginnings: readonly Beginning[]): Promise<boolean[]> {
    const column = (of: (prepared: PreparedReply) => unknown) => beginnings.map(({ prepared }) => of(prepared));
    const rows = await database.query<{ id: string }>(beginReplies, [
      beginnings.map(({ autoReplyId }) => autoReplyId),
      column(({ text }) => text),
      column(({ template }) => template?.id ?? null),
      column(({ template }) => template?.version ?? null),
      column(({ moodState }) => moodState),
      column(({ tier }) => tier),
      column(({ template }) => template?.experiment ?? null),
    ]);
    const begun = new Set(rows.map(({ id }) => id));
    // Of two that would begin the same reply one wins.
    return beginnings.map(({ autoReplyId }) => begun.delete(autoReplyId));
  }
  return groupCalls({
    maxTogether: 32,
    maxStatements: 1,
    together,
    alone: async (beginning) => (await together([beginning]))[0] ?? false,
  });
}
