import type { PreparedReply } from '@mood/domain';
import { heldOutReason } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import { recordOf } from './begin-replies.ts';
import { phaseOf } from './phase-of.ts';

// No template and no mood stand in its row: nothing was sent, and nothing can confirm it.
const holdOut = statement(
  'hold-out-auto-reply',
  { id: 'uuid', reply: 'json' },
  (_, { id, reply }) => sql<{ id: string }>`WITH held AS (
      UPDATE auto_replies a SET status = 'cancelled', reason = ${heldOutReason}, held_out_at = clock_timestamp(), experiment = i.experiment,
        tier_level = i.tier_level, phase_id = ${phaseOf('i')}, updated_at = clock_timestamp()
      FROM json_populate_record(NULL::prepared_reply, ${reply}) AS i
      WHERE a.id = ${id} AND CASE a.status WHEN 'pending' THEN (
        SELECT s.auto_respond AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())
        FROM model_mood_states s WHERE s.model_id = a.model_id) ELSE false END
      RETURNING a.id),
    released AS (DELETE FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM held)))
    SELECT id FROM held`,
);

/** @returns what cancels a reply because its user is in the holdout of an experiment; false when it was too late. */
export function createReplyHolder(database: Database): (autoReplyId: string, prepared: PreparedReply) => Promise<boolean> {
  return async (autoReplyId, prepared) => {
    const rows = await holdOut.run(database.query, { id: autoReplyId, reply: toJson(recordOf({ autoReplyId, prepared })) });
    return rows.length > 0;
  };
}
