import { moodStates } from '@mood/domain';
import { sql } from 'kysely';
import type { ChangedBy, ListedModel, ModelFilter, MoodAuthor, MoodNotice, MoodOverview, MoodState } from '@mood/domain';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Place } from '../cursor.ts';
import type { Database, Query, Statement } from '../database.ts';
import { statement } from '../statement.ts';
import { endsHold } from './holds.ts';

/** What others did to a mood is told for so long, and no more of it than this. */
const noticeDays = 30;
const maxNotices = 20;

// A comparison that only the index of models and windows can serve, as in `judge_mood_changes`.
const openWindows = (modelId: string) =>
  `mood_rate_limits r WHERE r.model_id = ${modelId} AND (r.model_id, r.window_end) > (${modelId}, now())`;
const used = (modelId: string) => `(SELECT coalesce(sum(r.change_count), 0) FROM ${openWindows(modelId)})`;

const standing = statement(
  'model-standing',
  { modelId: 'uuid', termsVersion: 'text' },
  (_, { modelId, termsVersion }) => sql<StandingRow>`SELECT ${sql.raw(used('$1::uuid'))}::int AS used,
      (SELECT min(r.window_end) FROM ${sql.raw(openWindows('$1::uuid'))}) AS more_at,
      (SELECT s.held_until FROM model_mood_states s WHERE s.model_id = ${modelId} AND s.held_until > now()) AS held_until,
      (SELECT t.accepted_at FROM mood_terms_acceptances t WHERE t.model_id = ${modelId} AND t.terms_version = ${termsVersion}) AS terms_accepted_at`,
);

const notices = statement(
  'model-notices',
  { modelId: 'uuid' },
  (_, { modelId }) => sql<NoticeRow>`SELECT l.changed_by, l.previous_state, l.new_state, ${endsHold} AS hold_ended,
      -- A reset took effect when the mood before it ended.
      CASE l.changed_by WHEN 'system' THEN coalesce((SELECT e.expires_at FROM mood_transition_logs e
        WHERE e.model_id = l.model_id AND e.version = l.version - 1), l.created_at) ELSE l.created_at END AS at
    FROM mood_transition_logs l WHERE l.model_id = ${modelId} AND l.changed_by <> 'model'
      AND l.created_at > now() - make_interval(days => ${noticeDays})
    ORDER BY l.version DESC LIMIT ${maxNotices}`,
);

interface StandingRow {
  used: number;
  more_at: Date | null;
  held_until: Date | null;
  terms_accepted_at: Date | null;
}

interface NoticeRow {
  changed_by: 'admin' | 'system';
  previous_state: MoodState | null;
  new_state: MoodState;
  hold_ended: boolean;
  at: Date;
}

interface ListRow {
  model_id: string;
  version: number;
  mood_state: MoodState;
  custom_message: string | null;
  auto_respond: boolean;
  response_delay: number;
  expires_at: Date | null;
  last_updated: Date;
  micros: string;
  updated_by: MoodAuthor;
  changed_by: ChangedBy;
  held_until: Date | null;
  used: number;
  more_at: Date | null;
}

/**
 * The moods of now, for the models themselves and for administrators. Lists are read in the order of an index, up to the end of the page: a bitmap of
 * all that could be on a page would have to be sorted first.
 */
export function createMoodOverview(database: Database): MoodOverview {
  return {
    async standing(modelId, { hourlyLimit, termsVersion }) {
      const [[row], told] = await Promise.all([
        standing.run(database.query, { modelId, termsVersion }),
        notices.run(database.query, { modelId }),
      ]);
      if (row === undefined) throw new Error('the standing of a model is always one row');
      return {
        changes: { limit: hourlyLimit, remaining: Math.max(0, hourlyLimit - row.used), moreAt: row.more_at },
        heldUntil: row.held_until,
        termsAcceptedAt: row.terms_accepted_at,
        notices: told.map(toNotice),
      };
    },

    async models(filter, { limit, cursor }, hourlyLimit) {
      const after = cursor === null ? null : readCursor(cursor);
      const rows = await database.readSnapshot(async (query) => {
        await query({ name: 'read-in-order', text: 'SET LOCAL enable_bitmapscan = off' }, []);
        const isNarrow = filter.idPrefix !== undefined && (await isRare(query, rangeOf(filter.idPrefix)));
        const { statement, values } = listStatement({ filter, after, isNarrow, limit, hourlyLimit });
        return query<ListRow>(statement, values);
      });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        models: rows.slice(0, limit).map((row) => toListed(row, hourlyLimit)),
        nextCursor: last === undefined ? null : writeCursor({ micros: last.micros, id: last.model_id }),
      };
    },
  };
}

const toNotice = (row: NoticeRow): MoodNotice => ({
  type: row.changed_by === 'admin' ? 'mood_overridden' : 'mood_expired',
  at: row.at,
  previousState: row.previous_state ?? 'neutral',
  newState: row.new_state,
  holdEnded: row.hold_ended,
});

function toListed(row: ListRow, hourlyLimit: number): ListedModel {
  return {
    mood: {
      modelId: row.model_id,
      version: row.version,
      moodState: row.mood_state,
      customMessage: row.custom_message,
      autoRespond: row.auto_respond,
      responseDelay: row.response_delay,
      expiresAt: row.expires_at,
      lastUpdated: row.last_updated,
      updatedBy: row.updated_by,
    },
    changedBy: row.changed_by,
    changes: { limit: hourlyLimit, remaining: Math.max(0, hourlyLimit - row.used), moreAt: row.more_at },
    heldUntil: row.held_until,
  };
}

interface Range {
  first: string;
  last: string;
}

/** The ids that begin so. */
function rangeOf(prefix: string): Range {
  const fill = (last: string) =>
    prefix +
    last
      .repeat(8)
      .concat(`-${last.repeat(4)}`.repeat(3), `-${last.repeat(12)}`)
      .slice(prefix.length);
  return { first: fill('0'), last: fill('f') };
}

/** Ids of version 7 share how they begin. Up to so many, all of a range are put in order; of more, the newest are looked through. */
const maxSorted = 500;

/** Whether at most so many ids lie in the range: by the one after them, counted from its beginning in the order of the index. */
async function isRare(query: Query, { first, last }: Range): Promise<boolean> {
  const text = `SELECT s.model_id FROM model_mood_states s WHERE s.model_id >= $1 ORDER BY s.model_id OFFSET ${maxSorted} LIMIT 1`;
  const [next] = await query<{ model_id: string }>({ name: 'model-after-many', text }, [first]);
  return next === undefined || next.model_id > last;
}

/** What is read of each list. As numbers in the statement, because the planner takes a parameter for a tenth of the table. */
const pageSizes = [10, 50, 100];

interface ListQuestion {
  filter: ModelFilter;
  after: Place | null;
  isNarrow: boolean;
  limit: number;
  hourlyLimit: number;
}

/**
 * Lists of one order, merged: moods that count as they are stored, by when they were set, and moods that have ended and whose reset is not
 * written yet, by their end. Each list reads an index from its newest entry on, and no more of it than the page shows: the index by changer
 * and state is read once for each pair that fits. Each combination of filters is a statement of its own.
 */
function listStatement({ filter, after, isNarrow, limit, hourlyLimit }: ListQuestion): { statement: Statement; values: unknown[] } {
  const { moodState, changedBy, atLimit, idPrefix } = filter;
  const values: unknown[] = [];
  const value = (given: unknown, type: string) => `$${values.push(given)}::${type}`;
  const size = pageSizes.find((largest) => limit <= largest) ?? limit;
  // One more than asked for says whether there is more.
  const end = `LIMIT ${size + 1}`;
  const place = after === null ? null : { at: value(after.micros, 'bigint'), id: value(after.id, 'uuid') };
  const narrowed = isNarrow && idPrefix !== undefined ? narrowedTo(idPrefix, value) : '';
  // In words that no index of ids serves: so many have the prefix that the newest of them are found soon.
  const prefix = idPrefix === undefined || isNarrow ? null : `starts_with(s.model_id::text, ${value(idPrefix, 'text')})`;
  const limitReached = atLimit === undefined ? null : `${used('s.model_id')} >= ${value(hourlyLimit, 'int')}`;

  const conditions = (time: string) => [
    ...(place === null ? [] : beforePlace(time, place)),
    ...(prefix === null ? [] : [prefix]),
    // Whoever has reached the limit has changed something within the hour.
    ...(atLimit === true ? [`${time} > now() - interval '60 minutes'`] : []),
    ...(limitReached === null ? [] : [atLimit === true ? limitReached : `NOT ${limitReached}`]),
  ];
  const listOf = (columns: string, time: string, own: readonly string[]) =>
    `(SELECT s.model_id, s.version, ${columns}, s.updated_by, s.held_until FROM ${isNarrow ? 'narrowed' : 'model_mood_states'} s
      WHERE ${[...own, ...conditions(time)].join(' AND ')} ORDER BY ${time} DESC, s.model_id DESC ${end})`;
  const stored = pairsOf(filter).map((pair) =>
    listOf(
      's.mood_state, s.custom_message, s.auto_respond, s.response_delay, s.expires_at, s.updated_at AS last_updated, s.changed_by',
      's.updated_at',
      ['(s.expires_at IS NULL OR s.expires_at > now())', ...pair],
    ),
  );
  const mayHaveEnded = (moodState ?? 'neutral') === 'neutral' && (changedBy ?? 'system') === 'system';
  const ended = listOf(`'neutral', NULL, false, 0, NULL, s.expires_at, 'system'`, 's.expires_at', ['s.expires_at <= now()']);

  const text = `WITH ${narrowed} listed AS (
    SELECT * FROM (${[...stored, ...(mayHaveEnded ? [ended] : [])].join(' UNION ALL ')}) merged ORDER BY last_updated DESC, model_id DESC ${end})
    SELECT l.*, CASE WHEN l.held_until > now() THEN l.held_until END AS held_until,
      (extract(epoch FROM l.last_updated) * 1000000)::bigint::text AS micros, w.used::int AS used, w.more_at
    FROM listed l CROSS JOIN LATERAL (SELECT coalesce(sum(r.change_count), 0) AS used, min(r.window_end) AS more_at
      FROM ${openWindows('l.model_id')}) w
    ORDER BY l.last_updated DESC, l.model_id DESC`;
  const ids = idPrefix === undefined ? 'all' : isNarrow ? 'few' : 'many';
  const name = ['models', ids, moodState, changedBy, atLimit, after === null ? 'first' : 'next', size].join('-');
  return { statement: { name, text }, values };
}

/** By when they were set alone when nothing is asked of them; else each changer with each state. A reset leads to neutral alone. */
function pairsOf({ moodState, changedBy }: ModelFilter): string[][] {
  if (moodState === undefined && changedBy === undefined) return [[]];
  const states = moodState === undefined ? moodStates : [moodState];
  const changers = changedBy === undefined ? (['model', 'admin', 'system'] as const) : [changedBy];
  return changers.flatMap((changer) => states.map((state) => [`s.changed_by = '${changer}'`, `s.mood_state = '${state}'`]));
}

function narrowedTo(prefix: string, value: (given: unknown, type: string) => string): string {
  const { first, last } = rangeOf(prefix);
  const range = `s.model_id BETWEEN ${value(first, 'uuid')} AND ${value(last, 'uuid')}`;
  return `narrowed AS MATERIALIZED (SELECT * FROM model_mood_states s WHERE ${range}),`;
}

/** The first comparison is what an index of times alone can serve. */
function beforePlace(time: string, { at, id }: { at: string; id: string }): string[] {
  const placed = `timestamptz 'epoch' + ${at} * interval '1 microsecond'`;
  return [`${time} <= ${placed}`, `(${time}, s.model_id) < (${placed}, ${id})`];
}
