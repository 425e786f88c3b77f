import type { MoodAuthor, MoodState } from '@mood/domain';
import type { Database } from '../database.ts';
import { groupCalls } from '../group-calls.ts';

/** What the database did with a change. */
export interface ChangeRow {
  outcome:
    | 'changed'
    | 'held'
    | 'rate_limited'
    | 'terms_not_accepted'
    | 'model_unknown'
    | 'end_is_over'
    | 'end_is_too_late'
    | 'key_destroyed';
  version: number;
  response_delay: number;
  updated_by: MoodAuthor;
  changed_at: Date;
  used: number | null;
  reset_time: Date | null;
  held_until: Date | null;
  /** The mood before had ended and was reset first, whatever became of the change. */
  ended_first: boolean;
}

/** A change as the function `change_moods` is told of it: the fields of the type `mood_change`. */
export interface MoodChange {
  model_id: string;
  mood_state: MoodState;
  custom_message: string | null;
  auto_respond: boolean;
  response_delay: number | null;
  expires_at: Date | null;
  changed_by: MoodAuthor;
  admin_user_id: string | null;
  log_id: string;
  data_key_id: string;
  admin_reason: Buffer | null;
  sealed_message: Buffer | null;
  ip_address: Buffer | null;
  user_agent: Buffer | null;
  hourly_limit: number | null;
  terms_version: string | null;
  hold_minutes: number | null;
  reason_code: string | null;
}

const bytesAsText = (bytes: Buffer | null): string | null => (bytes === null ? null : `\\x${bytes.toString('hex')}`);

/** ISO 8601 has a year 0; PostgreSQL writes it 1 BC. No input has an earlier one. */
function instantAsText(instant: Date | null): string | null {
  const text = instant?.toISOString() ?? null;
  return text?.startsWith('0000-') === true ? `0001-${text.slice('0000-'.length)} BC` : text;
}

/** Bytes and instants as PostgreSQL reads them in a JSON string. */
function toJson(changes: readonly MoodChange[]): string {
  return JSON.stringify(
    changes.map((change, item) => ({
      ...change,
      item,
      expires_at: instantAsText(change.expires_at),
      admin_reason: bytesAsText(change.admin_reason),
      sealed_message: bytesAsText(change.sealed_message),
      ip_address: bytesAsText(change.ip_address),
      user_agent: bytesAsText(change.user_agent),
    })),
  );
}

/** Waits for the model. */
const changeMood = { name: 'change-mood', text: 'SELECT * FROM change_moods($1, true)' };
/** Leaves out the models that somebody else is changing. */
const changeMoods = { name: 'change-moods', text: 'SELECT * FROM change_moods($1, false)' };

/** What one transaction changes is locked until it ends. */
const maxTogether = 32;

/**
 * Changes moods. Alone a change is one statement; while others are under way, those that wait for their turn share one: one round trip, and
 * one write to the disk.
 */
export function createMoodChanger(database: Database): (change: MoodChange) => Promise<ChangeRow> {
  return groupCalls<MoodChange, ChangeRow>({
    maxTogether,
    maxStatements: 4,
    async alone(change) {
      const [row] = await database.query<ChangeRow>(changeMood, [toJson([change])]);
      if (row === undefined) throw new Error('change_moods returned no row');
      return row;
    },
    async together(changes) {
      const rows = await database.query<ChangeRow & { item: number }>(changeMoods, [toJson(changes)]);
      const byItem = new Map(rows.map((row) => [row.item, row]));
      return changes.map((_, item) => byItem.get(item));
    },
  });
}
