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
type OverdueRow = EndRow & { item: null };

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
/** Jobs come one by one; whoever has to do with several at once is behind, and resets so many more that are overdue. */
const overdueTogether = 50;

const hasItem = (row: EndRow): row is EndRow & { item: number } => row.item !== null;
const isOverdue = (row: EndRow): row is OverdueRow => row.item === null;

/**
 * Ends moods. Alone an end is one statement; while others are under way, those that wait for their turn share one, which resets others that are
 * overdue, too.
 * @param onOverdue told of those.
 */
export function createMoodEnder(database: Database, onOverdue: (rows: readonly EndRow[]) => void): (end: MoodEnd) => Promise<ExpiryRow> {
  return groupCalls<MoodEnd, ExpiryRow>({
    maxTogether,
    maxStatements: 2,
    async alone({ model_id: modelId, version }) {
      const [row] = await expireMood.run(database.query, { modelId, version });
      if (row === undefined) throw new Error('expire_mood returned no row');
      return row;
    },
    async together(ends) {
      const rows = await expireMoods.run(database.query, { ends: toJson(numbered(ends)), overdue: overdueTogether });
      onOverdue(rows.filter(isOverdue));
      return inOrderOfCalls(ends, rows.filter(hasItem));
    },
  });
}
