import type { MoodAuthor } from '@mood/domain';
import type { Database } from '../database.ts';
import { groupCalls, inColumns, inOrderOfCalls } from '../group-calls.ts';

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

/** The parameters of the function `change_mood`, in its order. */
export type ChangeValues = readonly unknown[];

const parameters = 18;
const placeholders = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
export const changeMood = { name: 'change-mood', text: `SELECT * FROM change_mood(${placeholders})` };
export const changeMoods = { name: 'change-moods', text: `SELECT * FROM change_moods(${placeholders})` };

/** What one transaction changes is locked until it ends. */
const maxTogether = 32;

/**
 * Changes moods. Alone a change is one statement; while others are under way, those that wait for their turn share one: one round trip, and
 * one write to the disk.
 */
export function createMoodChanger(database: Database): (values: ChangeValues) => Promise<ChangeRow> {
  return groupCalls<ChangeValues, ChangeRow>({
    maxTogether,
    maxStatements: 4,
    async alone(values) {
      const [row] = await database.query<ChangeRow>(changeMood, values);
      if (row === undefined) throw new Error('change_mood returned no row');
      return row;
    },
    // Without a row: somebody else was changing the model just then.
    async together(changes) {
      const rows = await database.query<ChangeRow & { item: number }>(changeMoods, inColumns(changes, parameters));
      return inOrderOfCalls(changes, rows);
    },
  });
}
