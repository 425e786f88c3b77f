import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AnalyticsReader, Slice } from '@mood/domain';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import fc from 'fast-check';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import type { Database } from '../database.ts';
import { createAnalyticsReader } from './analytics-reader.ts';
import { compareWithLog } from './compare-with-log.fixture.ts';
import { clockChangesOf, daysOf, edgesOf, reachedBy } from './edges.fixture.ts';
import { emptyAll, history, openLog, quarter, store } from './history.fixture.ts';
import type { Row } from './history.fixture.ts';
import { rebuildRollups, rollUpDueBuckets } from './rollup.ts';

let opened: DatabaseUnderTest;
let reader: AnalyticsReader;
/** Two workers, each with connections of its own. What they have planned serves all histories: that costs more than counting. */
let workers: [Database, Database];
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  reader = createAnalyticsReader(opened.database);
  workers = [opened.connectAnother(), opened.connectAnother()];
  await opened.sql.query(openLog);
});
afterAll(() => opened.close());

const day = 86_400_000;
const whole = { from: null, to: null, progress: () => {}, signal: new AbortController().signal };
const longest = { timeout: count(3_600_000, 480_000) };

/** What has come up in the histories of a test so far. */
function counter() {
  const reached = new Map<string, number>();
  return {
    reached,
    note(found: Readonly<Record<string, number>>): void {
      for (const [what, n] of Object.entries(found)) reached.set(what, (reached.get(what) ?? 0) + n);
    },
    /** What never came up. */
    missing: () => [...reached].filter(([, n]) => n === 0).map(([what]) => what),
  };
}

const hold = () => opened.sql.query('BEGIN; LOCK TABLE analytics_lists');

/** Ends a round in the middle: its sums are written, and its lists wait for whoever has called `hold`. */
async function breakOff(round: Promise<unknown>): Promise<void> {
  const broken = expect(round).rejects.toThrow();
  const cancel = `SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'analytics_lists'::regclass`;
  await eventually(
    async () => (await opened.sql.query(cancel)).rowCount ?? 0,
    (n) => n > 0,
  );
  await broken;
  await opened.sql.query('ROLLBACK');
}

/** Rows that are committed after the others: of some models all from one on, since a model's rows are committed in their order. */
function splitLate(rows: readonly Row[], picked: readonly number[], mayBeLate: (row: Row) => boolean): { early: Row[]; late: Row[] } {
  const first = picked.map((n) => rows[n % Math.max(1, rows.length)]).filter((row) => row !== undefined && mayBeLate(row));
  const isLate = (row: Row) => first.some((one) => one?.modelId === row.modelId && one.version <= row.version);
  return { early: rows.filter((row) => !isLate(row)), late: rows.filter(isLate) };
}

/** Four days of each zone, with a change of the clock in them where the zone has one, or a day that it left out. */
const zones: readonly [string, readonly string[]][] = [
  ['UTC', ['2026-03-02']],
  ['America/New_York', ['2025-11-01', '2026-03-07']],
  ['Asia/Kathmandu', ['2026-01-10']],
  ['Australia/Lord_Howe', ['2025-10-04', '2026-04-03']],
  ['Pacific/Apia', ['2026-02-27', '2011-12-28', '2012-03-30', '2011-09-23']],
];
const histories = count(200, 10);

describe('days of the past', () => {
  const ofAll = counter();

  test.each(zones)(
    `are what the log says, in %s, however often counting them was interrupted, and by two at once (${histories} histories)`,
    async (zone, dates) => {
      const inZone = counter();
      for (const date of dates) {
        const since = Date.parse(`${date}T00:00:00Z`);
        const until = since + 4 * day;
        const days = daysOf(zone, since, until);
        expect(days.length).toBeGreaterThanOrEqual(3);
        const clockChanges = clockChangesOf(zone, since, until);
        const span = { since, until, edges: edgesOf(days, clockChanges), turns: clockChanges.map(({ at }) => at) };
        const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
        await fc.assert(
          fc.asyncProperty(history(span), fc.integer({ min: 0, max: 2 }), picks, async (rows, days_, picked) => {
            const { early, late } = splitLate(rows, picked, () => true);
            await countPast(span, { early, late, brokenOffAfter: days_ });
            await compareWithLog(reader, rows, days, until);
            const lateBuckets = late.filter(({ created }) => created < since + days_ * day).length;
            const found = { ...reachedBy(rows, clockChanges), 'row committed after its bucket was counted': lateBuckets };
            ofAll.note(found);
            inZone.note(found);
          }),
          { numRuns: Math.ceil(histories / dates.length) },
        );
      }
      const clocks = dates.flatMap((date) => clockChangesOf(zone, Date.parse(date), Date.parse(date) + 4 * day));
      if (clocks.some(({ by }) => by < 0)) expect(inZone.reached.get('change in a time that clocks show twice')).toBeGreaterThan(0);
      if (clocks.some(({ by }) => by > 0)) expect(inZone.reached.get('change beside a time that clocks leave out')).toBeGreaterThan(0);
    },
    longest.timeout,
  );

  test('had everything in them that could go wrong', () => {
    expect(ofAll.reached.size).toBeGreaterThan(5);
    expect(ofAll.missing()).toEqual([]);
  });
});

/** Counts some days, is broken off in the middle of one; then rows come late, and two at once count everything. */
async function countPast(
  { since, until }: { since: number; until: number },
  { early, late, brokenOffAfter }: { early: readonly Row[]; late: readonly Row[]; brokenOffAfter: number },
): Promise<void> {
  await opened.sql.query(emptyAll);
  await store(opened.sql, early);
  const span = { ...whole, from: new Date(since), to: new Date(until) };
  if (brokenOffAfter === 0) await hold();
  await breakOff(
    rebuildRollups(workers[0], {
      ...span,
      progress: async (done) => {
        if (done === brokenOffAfter) await hold();
      },
    }),
  );
  await store(opened.sql, late);
  await Promise.all(workers.map((worker) => rebuildRollups(worker, span)));
  // What comes after it is another test's.
  await opened.sql.query(`INSERT INTO analytics_buckets VALUES (date_bin('15 minutes', now(), 'epoch') - interval '15 minutes', now())`);
}

/** The start of the open bucket, by the database. */
async function openBucket(): Promise<number> {
  const { rows } = await opened.sql.query<{ at: Date }>(`SELECT date_bin('15 minutes', clock_timestamp(), 'epoch') AS at`);
  return rows[0]?.at.getTime() ?? NaN;
}

describe('the last days', () => {
  const rounds = count(200, 10);

  test(
    `are what the log says up to this moment, with what was committed late, by two workers that are broken off and started (${rounds} histories)`,
    async () => {
      const ofAll = counter();
      const picks = fc.array(fc.nat(), { minLength: 4, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(
          fc.nat().chain(() => {
            const now = Date.now();
            const open = Math.floor(now / quarter) * quarter;
            return history({
              since: now - 3 * day,
              until: now,
              edges: [open - day, open - quarter],
              turns: [open - quarter, open - 60_000],
            });
          }),
          picks,
          async (rows, picked) => {
            await opened.sql.query(emptyAll);
            const open = await openBucket();
            // Of the last bucket that has ended, some come when it has been rolled up.
            const { early, late } = splitLate(rows, picked, ({ created }) => created >= open - quarter);
            await store(opened.sql, early);
            await rebuildRollups(opened.database, { ...whole, from: new Date(Date.now() - 3 * day) });
            await rollUpDueBuckets(opened.database);
            // As if that had been right after it had ended.
            await opened.sql.query(`UPDATE analytics_buckets SET rolled_up_at = bucket_start + interval '16 minutes'
              WHERE bucket_start >= now() - interval '40 minutes'`);
            await store(opened.sql, late);
            const isDue = (await opened.sql.query('SELECT 1 FROM analytics_buckets')).rowCount !== 0;
            if (isDue) {
              await hold();
              await breakOff(rollUpDueBuckets(workers[0]));
            }
            const [one, other] = await Promise.all(workers.map((worker) => rollUpDueBuckets(worker)));
            for (
              let round = await rollUpDueBuckets(opened.database);
              round?.more === true;
              round = await rollUpDueBuckets(opened.database)
            );
            const slices = [3, 2, 1].map((n): Slice => ({ start: new Date(open - n * day), end: new Date(open - (n - 1) * day) }));
            await compareWithLog(reader, rows, slices, Date.now());
            const [changed] = await reader.sums({
              facts: ['changes'],
              slices: [{ start: new Date(open - 3 * day), end: new Date(open + day) }],
              groupBy: null,
            });
            expect(changed?.n ?? 0).toBe(rows.filter(({ created }) => created >= open - 3 * day).length);
            ofAll.note({
              'row committed after its bucket was counted': late.filter(({ created }) => created < open).length,
              'row of the open bucket': rows.filter(({ created }) => created >= open).length,
              'round broken off': isDue ? 1 : 0,
              'round that found another at it': one === null || other === null ? 1 : 0,
            });
          },
        ),
        { numRuns: rounds },
      );
      const { 'round that found another at it': _, ...certain } = Object.fromEntries(ofAll.reached);
      expect(Object.entries(certain).filter(([, n]) => n === 0)).toEqual([]);
    },
    longest.timeout,
  );
});
