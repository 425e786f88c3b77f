import type { TestDatabase } from '@mood/testing/database';
import type { BenchSystem } from '../support/system.ts';

/** Many things that are due at one moment. */
export interface Storm {
  /** Of so many of them: "200,000 replies due at one moment". */
  what: string;
  /** Models that are not part of it, and change their moods meanwhile, come first. @returns how many models it needs. */
  modelsFor(count: number): number;
  /** Makes them, not due yet. */
  prepare(system: BenchSystem, count: number): Promise<void>;
  /** SQL that has them fall due, most in one moment, in $1 seconds, and the rest in the minutes after it. */
  schedule: readonly string[];
  /** SQL: `due` and `done`, times of each that was done. */
  done: string;
  /** SQL: how many rows say that something is still to be done for one of them. */
  left: string;
  /** What the moment after which it is done is meant to be. */
  latest: string;
}

/** One in twenty is due later, within five minutes: whoever looks for what is due finds new ones all the time. */
export const lateSeconds = 'CASE WHEN random() < 0.05 THEN 1 + floor(random() * 300) ELSE 0 END';

export interface StormProgress {
  done: number;
  left: number;
}

export async function progressOf(database: TestDatabase, { done, left }: Storm): Promise<StormProgress> {
  const [row] = await database.query<StormProgress>(
    `SELECT (SELECT count(*) FROM (${done}) d)::integer AS done, (SELECT count(*) FROM (${left}) l)::integer AS left`,
  );
  return row ?? { done: 0, left: NaN };
}

export interface StormTimes {
  /** From the moment until the first was done, in seconds. */
  first: number;
  /** Until the last of those that were due at that moment was done. */
  last: number;
  /** Until the last one of all was done, of those that were due later, too. */
  lastOfAll: number;
  /** How much later than it was due something was done: 95 % of it at most. */
  p95: number;
  /** By how much something was done before something else that was due earlier, at most. */
  overtaken: number;
}

export async function timesOf(database: TestDatabase, { done }: Storm): Promise<StormTimes> {
  const [row] = await database.query<StormTimes>(
    `WITH d AS MATERIALIZED (${done}),
      moments AS (SELECT due, min(done) AS first, max(done) AS last FROM d GROUP BY due),
      overtaken AS (SELECT first, max(last) OVER (ORDER BY due ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM moments),
      moment AS (SELECT due FROM d GROUP BY due ORDER BY count(*) DESC LIMIT 1)
    SELECT extract(epoch FROM min(d.done) - m.due)::float8 AS first,
      extract(epoch FROM max(d.done) FILTER (WHERE d.due = m.due) - m.due)::float8 AS last,
      extract(epoch FROM max(d.done) - m.due)::float8 AS "lastOfAll",
      percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM d.done - d.due))::float8 AS p95,
      (SELECT coalesce(extract(epoch FROM max(before - first)), 0)::float8 FROM overtaken) AS overtaken
    FROM d, moment m GROUP BY m.due`,
  );
  return row ?? { first: NaN, last: NaN, lastOfAll: NaN, p95: NaN, overtaken: NaN };
}
