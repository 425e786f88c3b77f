import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { groupCalls, inOrderOfCalls, numbered } from '../group-calls.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import type { ExpiryRow } from './mood-rows.ts';

/** A mood that is to end, as the functions are told of it. */
interface MoodEnd {
  model_id: string;
  version: number;
}

/** Without an item: one of those that had ended a while ago. */
type EndRow = ExpiryRow & { item: number | null; model_id: string };

/** Waits for the model. */
const expireMood = statement(
  'expire-mood',
  { modelId: 'uuid', version: 'bigint' },
  (_, { modelId, version }) => sql<ExpiryRow>`SELECT * FROM expire_mood(${modelId}, ${version})`,
);
/** Leaves out the models that somebody else is changing. */
const expireMoods = statement(
  'expire-moods',
  { ends: 'json', overdue: 'integer' },
  (_, { ends, overdue }) => sql<EndRow>`SELECT * FROM expire_moods(${ends}, ${overdue})`,
);

/** What one transaction resets is locked until it ends: whoever wants to change one of these moods waits for it. */
const maxTogether = 50;
/** A mood that is reset so long after its end, in milliseconds, is late, and others are as well. As in `expire_moods`. */
const lateMs = 1_000;
/** So many of those are reset at a time: about 15 ms of PostgreSQL. */
const overdueAtATime = 200;
/** Between two such statements it pauses for as long as one took, and no longer than this: on a busy machine the next one waits anyway. */
const maxPauseMs = 50;
/** After a failure it tries again so much later, in milliseconds, and gives up after so many in a row: the next who comes late begins anew. */
const retryMs = 1_000;
const maxFailures = 10;

const hasItem = (row: EndRow): row is EndRow & { item: number } => row.item !== null;
const isLate = ({ outcome, changed_at }: EndRow) => outcome === 'changed' && Date.now() - changed_at.getTime() > lateMs;

/**
 * Ends moods. Alone an end is one statement; while others are under way, those that wait for their turn share one. When these come late, all that
 * are overdue are reset, the earliest first, many at a time: each has a job, but jobs come one by one.
 * @param onOverdue told of those.
 */
export function createMoodEnder(database: Database, onOverdue: (rows: readonly EndRow[]) => void): (end: MoodEnd) => Promise<ExpiryRow> {
  const run = (ends: readonly MoodEnd[], overdue: number) => expireMoods.run(database.query, { ends: toJson(numbered(ends)), overdue });
  let isWorkingOff = false;

  /** With pauses, so that whoever waits for the database gets on. */
  async function workOff(): Promise<void> {
    for (let failures = 0; failures < maxFailures;) {
      const began = performance.now();
      try {
        const rows = await run([], overdueAtATime);
        if (rows.length === 0) return;
        onOverdue(rows);
        failures = 0;
      } catch {
        failures += 1;
      }
      await pause(failures > 0 ? retryMs : Math.min(performance.now() - began, maxPauseMs), undefined, { ref: false });
    }
  }

  function beginToWorkOff(): void {
    if (isWorkingOff) return;
    isWorkingOff = true;
    void workOff().finally(() => {
      isWorkingOff = false;
    });
  }

  return groupCalls<MoodEnd, ExpiryRow>({
    maxTogether,
    maxStatements: 2,
    async alone({ model_id: modelId, version }) {
      const [row] = await expireMood.run(database.query, { modelId, version });
      if (row === undefined) throw new Error('expire_mood returned no row');
      return row;
    },
    async together(ends) {
      const rows = await run(ends, 0);
      if (rows.some(isLate)) beginToWorkOff();
      return inOrderOfCalls(ends, rows.filter(hasItem));
    },
  });
}
