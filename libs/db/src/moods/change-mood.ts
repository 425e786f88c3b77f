import { DependencyUnavailable } from '@mood/domain';
import type { MoodAuthor } from '@mood/domain';
import DataLoader from 'dataloader';
import type { Database } from '../database.ts';

/** What the database did with a change. */
export interface ChangeRow {
  outcome: 'changed' | 'held' | 'rate_limited' | 'terms_not_accepted' | 'model_unknown' | 'superseded' | 'not_due' | 'key_destroyed';
  version: number;
  response_delay: number;
  updated_by: MoodAuthor;
  changed_at: Date;
  used: number | null;
  reset_time: Date | null;
  remaining_ms: number | null;
  held_until: Date | null;
}

/** The parameters of the function `change_mood`, in its order. */
export type ChangeValues = readonly unknown[];

const parameters = 19;
const placeholders = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
const changeMood = { name: 'change-mood', text: `SELECT * FROM change_mood(${placeholders})` };
const changeMoods = { name: 'change-moods', text: `SELECT * FROM change_moods(${placeholders})` };

/** Of this process. Changes that come meanwhile wait, and travel together. */
const maxStatements = 4;
/** What one transaction changes is locked until it ends. */
const maxTogether = 32;

/**
 * Changes moods. Alone a change is one statement; while others are under way, those that wait for their turn share one: one round trip, and
 * one write to the disk. A change does not depend on those it travels with: when they fail, each is made on its own.
 */
export function createMoodChanger(database: Database): (values: ChangeValues) => Promise<ChangeRow> {
  const waiting: (() => void)[] = [];
  let running = 0;

  function begin(batch: () => void): void {
    if (running === maxStatements) {
      waiting.push(batch);
      return;
    }
    running += 1;
    // Those who come in this turn of the event loop still get on.
    setImmediate(batch);
  }

  function end(): void {
    running -= 1;
    const next = waiting.shift();
    if (next !== undefined) begin(next);
  }

  async function alone(values: ChangeValues): Promise<ChangeRow> {
    const [row] = await database.query<ChangeRow>(changeMood, values);
    if (row === undefined) throw new Error('change_mood returned no row');
    return row;
  }

  async function together(changes: readonly ChangeValues[]): Promise<(ChangeRow | undefined)[]> {
    const columns = Array.from({ length: parameters }, (_, parameter) => changes.map((values) => values[parameter]));
    try {
      const rows = await database.query<ChangeRow & { item: number }>(changeMoods, columns);
      const byItem = new Map(rows.map((row) => [row.item, row]));
      return changes.map((_, index) => byItem.get(index + 1));
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      return [];
    }
  }

  async function run(changes: readonly ChangeValues[]): Promise<(ChangeRow | undefined)[]> {
    try {
      return changes.length === 1 ? await Promise.all(changes.map(alone)) : await together(changes);
    } finally {
      end();
    }
  }

  const loader = new DataLoader<ChangeValues, ChangeRow | undefined>(
    async (changes) => {
      const rows = await run(changes);
      return changes.map((_, index) => rows[index]);
    },
    {
      cache: false,
      maxBatchSize: maxTogether,
      batchScheduleFn: begin,
    },
  );

  // Without a row: somebody else was changing the model just then.
  return async (values) => (await loader.load(values)) ?? alone(values);
}
