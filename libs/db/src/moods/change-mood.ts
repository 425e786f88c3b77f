import type { MoodAuthor, MoodState } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { groupCalls, inOrderOfCalls, numbered } from '../group-calls.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import type { CacheColumns } from './cache-register.ts';

/** What the database did with a change. */
export interface ChangeRow extends CacheColumns {
  outcome:
    | 'changed'
    | 'held'
    | 'rate_limited'
    | 'terms_not_accepted'
    | 'version_conflict'
    | 'model_unknown'
    | 'end_is_over'
    | 'end_is_too_late'
    | 'key_destroyed';
  /** That of the mood if it is changed: the one that is there has one less. */
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
  expected_version: number | null;
}

/** Waits for the model. */
const changeMood = statement(
  'change-mood',
  { changes: 'json' },
  (_, { changes }) => sql<ChangeRow & { item: number }>`SELECT * FROM change_moods(${changes}, true)`,
);
/** Leaves out the models that somebody else is changing. */
const changeMoods = statement(
  'change-moods',
  { changes: 'json' },
  (_, { changes }) => sql<ChangeRow & { item: number }>`SELECT * FROM change_moods(${changes}, false)`,
);

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
      const [row] = await changeMood.run(database.query, { changes: toJson(numbered([change])) });
      if (row === undefined) throw new Error('change_moods returned no row');
      return row;
    },
    async together(changes) {
      const rows = await changeMoods.run(database.query, { changes: toJson(numbered(changes)) });
      return inOrderOfCalls(changes, rows);
    },
  });
}
