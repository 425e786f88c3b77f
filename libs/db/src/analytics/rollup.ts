import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database, Query } from '../database.ts';
import { statement } from '../statement.ts';

const tryLock = statement('try-rollup-lock', {}, () => sql<{ locked: boolean }>`SELECT pg_try_advisory_xact_lock(7309) AS locked`);
const lock = statement('rollup-lock', {}, () => sql<{ locked: null }>`SELECT pg_advisory_xact_lock(7309) AS locked`);

/**
 * From the first bucket that is missing, or that was counted less than ten minutes after its end: a transaction may have been under way
 * then. A day of buckets at a time.
 */
const due = statement(
  'due-buckets',
  {},
  () => sql<{ since: Date; until: Date; more: boolean }>`SELECT since, least(ended, since + interval '1 day') AS until,
      since + interval '1 day' < ended AS more
    FROM (SELECT e.ended, least(
        coalesce((SELECT max(b.bucket_start) + interval '15 minutes' FROM analytics_buckets b), e.ended - interval '1 day'),
        (SELECT min(b.bucket_start) FROM analytics_buckets b
         WHERE b.bucket_start > e.ended - interval '2 days' AND b.rolled_up_at < b.bucket_start + interval '25 minutes')) AS since
      FROM (SELECT date_bin('15 minutes', clock_timestamp(), 'epoch') AS ended) e) d
    WHERE since < ended`,
);

const rollUp = statement(
  'roll-up-analytics',
  { since: 'timestamptz', until: 'timestamptz' },
  (_, { since, until }) => sql<{ done: null }>`SELECT roll_up_analytics(${since}, ${until}, false) AS done`,
);
const rollUpAnew = statement(
  'roll-up-analytics-anew',
  { since: 'timestamptz', until: 'timestamptz' },
  (_, { since, until }) => sql<{ done: null }>`SELECT roll_up_analytics(${since}, ${until}, true) AS done`,
);

/** What a round has done. */
interface RollupRound {
  /** The buckets that were counted: from the start of the first until the end of the last. */
  since: Date;
  until: Date;
  /** There are more to be counted. */
  more: boolean;
}

/**
 * Counts the buckets that are due, in one transaction. Repeating it changes nothing, whatever has become of the round before.
 * @returns null when another process is at it, or nothing is due.
 */
export function rollUpDueBuckets(database: Database): Promise<RollupRound | null> {
  return database.transaction(async (query) => {
    const [got] = await tryLock.run(query, {});
    if (got?.locked !== true) return null;
    const [round] = await due.run(query, {});
    if (round === undefined) return null;
    await rollUp.run(query, { since: round.since, until: round.until });
    return round;
  });
}

const span = statement(
  'rebuild-span',
  { from: 'timestamptz | null', to: 'timestamptz | null' },
  (_, { from, to }) => sql<{ since: Date; until: Date }>`SELECT least(asked, rolled_up) AS since, until
    FROM (SELECT date_bin('15 minutes', greatest(${from}, f.first), 'epoch') AS asked,
        (SELECT max(bucket_start) + interval '15 minutes' FROM analytics_buckets) AS rolled_up,
        date_bin('15 minutes', least(coalesce(${to}, clock_timestamp()), clock_timestamp()), 'epoch') AS until
      FROM (SELECT least((SELECT min(created_at) FROM mood_transition_logs), (SELECT min(created_at) FROM auto_replies),
          (SELECT min(bucket_start) FROM analytics_buckets)) AS first) f
      WHERE f.first IS NOT NULL) s
    WHERE asked < until`,
);

const firstRolledUp = statement('first-bucket', {}, (db) =>
  db.selectFrom('analytics_buckets').select('bucket_start').orderBy('bucket_start').limit(1),
);

export interface RebuildOptions {
  /** null: since the first change. */
  from: Date | null;
  /** null: until now. */
  to: Date | null;
  progress: (done: number, total: number) => void | Promise<void>;
  signal: AbortSignal;
}

const dayMs = 86_400_000;
/** Between two days, for a worker that waits for its turn. In milliseconds. */
const breathMs = 20;

/**
 * Counts the buckets of a time anew, a day at a time, each in a transaction of its own: it can be ended at any time, and repeated. Whoever
 * begins before the first bucket there is goes on to it, and whoever begins after the last one begins there, so that none is missing. There
 * is nothing before the first row.
 * @returns how many buckets were counted, and of which time; null when there is nothing to count.
 */
export async function rebuildRollups(
  database: Database,
  { from, to, progress, signal }: RebuildOptions,
): Promise<{ since: Date; until: Date; isWhole: boolean } | null> {
  const [range] = await span.run(database.query, { from, to });
  if (range === undefined) return null;
  const { since } = range;
  const [first] = await firstRolledUp.run(database.query, {});
  const until = first !== undefined && first.bucket_start > range.until ? first.bucket_start : range.until;
  const total = Math.ceil((until.getTime() - since.getTime()) / dayMs);
  let at = since.getTime();
  for (let done = 0; at < until.getTime() && !signal.aborted; done += 1) {
    const end = Math.min(at + dayMs, until.getTime());
    // The first day is counted from the rows alone: what it would go on from may be what has to be mended.
    const count = done === 0 ? rollUpAnew : rollUp;
    await database.transaction(async (query) => {
      await lock.run(query, {});
      await count.run(query, { since: new Date(at), until: new Date(end) });
    });
    at = end;
    await progress(done + 1, total);
    await pause(breathMs);
  }
  return { since, until: new Date(at), isWhole: at >= until.getTime() };
}

/** A sum that is not what its rows come to. */
export interface RollupDifference {
  fact: string;
  bucket_start: Date;
  group_key: string;
  /** null: there was none. */
  stored: string | null;
  counted: string | null;
}

const unreconciled = statement(
  'unreconciled-day',
  {},
  () => sql<{ day: string; since: Date; until: Date; ended: Date }>`SELECT d::text AS day, d::timestamp AT TIME ZONE 'UTC' AS since,
      (d + 1)::timestamp AT TIME ZONE 'UTC' AS until, (SELECT max(b.bucket_start) + interval '15 minutes' FROM analytics_buckets b) AS ended
    FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC' - interval '30 minutes')::date - 1 AS d) y
    WHERE NOT EXISTS (SELECT 1 FROM analytics_reconciliations r WHERE r.day = y.d)
      AND EXISTS (SELECT 1 FROM analytics_buckets b WHERE b.bucket_start = d::timestamp AT TIME ZONE 'UTC')
      AND EXISTS (SELECT 1 FROM analytics_buckets b WHERE b.bucket_start = (d + 1)::timestamp AT TIME ZONE 'UTC' - interval '15 minutes')`,
);

const differences = statement(
  'reconcile-analytics',
  { since: 'timestamptz', until: 'timestamptz' },
  (_, { since, until }) => sql<RollupDifference>`SELECT * FROM reconcile_analytics(${since}, ${until})`,
);

const noteReconciled = statement(
  'note-reconciled',
  { day: 'date', count: 'integer' },
  (_, { day, count }) => sql<never>`INSERT INTO analytics_reconciliations (day, differences) VALUES (${day}, ${count})
    ON CONFLICT (day) DO UPDATE SET differences = excluded.differences, checked_at = clock_timestamp()`,
);

/**
 * Counts yesterday (of UTC) again, once, half an hour after midnight, and mends what is different. How many models are in a state, or have
 * adopted moods, is carried on from bucket to bucket: so the buckets after it are counted again, too.
 * @returns the differences; null when it is not due, or another process is at it.
 */
export function reconcileYesterday(database: Database): Promise<{ day: string; differences: RollupDifference[] } | null> {
  return database.transaction(async (query: Query) => {
    const [got] = await tryLock.run(query, {});
    if (got?.locked !== true) return null;
    const [yesterday] = await unreconciled.run(query, {});
    if (yesterday === undefined) return null;
    const { day, since, until, ended } = yesterday;
    const found = await differences.run(query, { since, until });
    await rollUpAnew.run(query, { since, until });
    if (until < ended) await rollUp.run(query, { since: until, until: ended });
    await noteReconciled.run(query, { day, count: found.length });
    return { day, differences: found };
  });
}
