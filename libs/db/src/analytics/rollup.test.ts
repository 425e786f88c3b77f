import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { facts, moodStates } from '@mood/domain';
import type { AnalyticsReader, Fact, Slice, Sum } from '@mood/domain';
import fc from 'fast-check';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAnalyticsReader } from './analytics-reader.ts';
import { daysOf, emptyAll, history, store } from './history.fixture.ts';
import type { Row } from './history.fixture.ts';
import { rebuildRollups, reconcileYesterday, rollUpDueBuckets } from './rollup.ts';
import { slowCount } from './slow-count.fixture.ts';

let opened: DatabaseUnderTest;
let reader: AnalyticsReader;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  reader = createAnalyticsReader(opened.database);
});
afterAll(() => opened.close());

const quarter = 900_000;
const day = 86_400_000;
const whole = { from: null, to: null, progress: () => {}, signal: new AbortController().signal };
const stored = `SELECT fact, bucket_start, group_key, n::text, total::text FROM analytics_rollups
  UNION ALL SELECT 'list of ' || fact, bucket_start, group_key, md5(items), '' FROM analytics_lists ORDER BY 1, 2, 3`;

/** Everything that is read of moods, against the slow count. @param slices that end before now, or with it. */
async function compare(rows: readonly Row[], slices: readonly Slice[], now: number): Promise<void> {
  const slow = slowCount(rows, now);
  const [byState, byChanger, times] = await Promise.all([
    reader.sums({ facts: ['changes'], slices, groupBy: 'state' }),
    reader.sums({ facts: ['changes'], slices, groupBy: 'changed_by' }),
    reader.sums({ facts: ['state_time'], slices, groupBy: 'state' }),
  ]);
  const numberOf = (sums: typeof byState, slice: number, group: string) => sums.find((sum) => sum.slice === slice && sum.group === group);
  for (const [index, slice] of slices.entries()) {
    for (const state of moodStates) {
      const changes = (['model', 'admin', 'system'] as const).map((by) => slow.changes(slice, by, state)).reduce((a, b) => a + b);
      expect([state, numberOf(byState, index, state)?.n ?? 0]).toEqual([state, changes]);
      expect(numberOf(times, index, state)?.total ?? 0).toBeCloseTo(slow.secondsIn(slice, state), 2);
    }
    for (const by of ['model', 'admin', 'system'] as const) {
      const changes = moodStates.map((state) => slow.changes(slice, by, state)).reduce((a, b) => a + b);
      expect([by, numberOf(byChanger, index, by)?.n ?? 0]).toEqual([by, changes]);
    }
  }
  const ends = slices.map(({ end }) => end);
  const adoption = await reader.adoption(ends);
  expect(adoption.map(({ adopted7d, adopted30d }) => [adopted7d, adopted30d])).toEqual(
    ends.map((end) => [slow.adopted(end.getTime(), 7), slow.adopted(end.getTime(), 30)]),
  );
  const perModel = slices.map((slice) => ({ days: [slice] }));
  expect(await reader.changesPerModel(perModel)).toEqual(perModel.map(({ days }) => slow.changesPerModel(days)));
  expect(await reader.changesPerModel([{ days: slices }])).toEqual([slow.changesPerModel(slices)]);
  const durations = [...(await reader.moodDurations(slices, false)), ...(await reader.moodDurations(slices, true))];
  for (const [index, slice] of slices.entries())
    for (const ended of ['all', 'hand', 'time', 'override'] as const) {
      const found = durations.find((one) => one.slice === index && one.ended === ended)?.medianSeconds;
      const expected = slow.medianSeconds(slice, ended);
      if (expected === undefined) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo(expected, 3);
    }
  const period = { start: slices[0]?.start ?? new Date(), end: slices.at(-1)?.end ?? new Date() };
  expect(await reader.top({ metric: 'changes', period, limit: 3 })).toEqual(slow.top(period, 3));
}

/** With a change of the clock within it, where the zone has one. */
const zones: readonly [string, string][] = [
  ['UTC', '2026-03-02'],
  ['America/New_York', '2025-11-01'],
  ['Asia/Kathmandu', '2026-01-10'],
  ['Australia/Lord_Howe', '2025-10-04'],
  ['Pacific/Apia', '2026-02-27'],
];

describe('days of the past', () => {
  test.each(zones)('are what the log says, in %s, however often counting them was interrupted, and by two at once', async (zone, date) => {
    const since = Date.parse(`${date}T00:00:00Z`);
    const until = since + 4 * day;
    const days = daysOf(zone, since, until);
    expect(days.length).toBeGreaterThanOrEqual(3);
    await fc.assert(
      fc.asyncProperty(history(since, until), fc.integer({ min: 1, max: 4 }), async (rows, steps) => {
        await opened.sql.query(emptyAll);
        await store(opened.sql, rows);
        const span = { ...whole, from: new Date(since), to: new Date(until) };
        const stopped = new AbortController();
        await rebuildRollups(opened.database, {
          ...span,
          signal: stopped.signal,
          progress: (done) => (done >= steps ? stopped.abort() : undefined),
        });
        await Promise.all([rebuildRollups(opened.database, span), rebuildRollups(opened.connectAnother(), span)]);
        // What comes after it is another test's.
        await opened.sql.query(
          `INSERT INTO analytics_buckets VALUES (date_bin('15 minutes', now(), 'epoch') - interval '15 minutes', now())`,
        );
        await compare(rows, days, until);
      }),
      { numRuns: 2 },
    );
  });
});

/** The start of the open bucket, by the database. */
async function openBucket(): Promise<number> {
  const { rows } = await opened.sql.query<{ at: Date }>(`SELECT date_bin('15 minutes', clock_timestamp(), 'epoch') AS at`);
  return rows[0]?.at.getTime() ?? NaN;
}

async function rollUpAll(): Promise<void> {
  for (let round = await rollUpDueBuckets(opened.database); round?.more === true; round = await rollUpDueBuckets(opened.database));
}

describe('the last days', () => {
  test('are what the log says up to this moment, with what was committed late, by two workers that are killed and started', async () => {
    const another = opened.connectAnother();
    await fc.assert(
      fc.asyncProperty(
        fc.nat().chain(() => history(Date.now() - 3 * day, Date.now())),
        fc.array(fc.nat({ max: 60 }), { maxLength: 10 }),
        async (rows, lateRows) => {
          await opened.sql.query(emptyAll);
          const open = await openBucket();
          // A model's rows are committed in their order: of the last bucket that has ended, some come when it has been rolled up.
          const late = new Set(lateRows.map((n) => rows[n]).filter((row) => row !== undefined && row.created >= open - quarter));
          const isLate = (row: Row) => [...late].some((one) => one?.modelId === row.modelId && one.version <= row.version);
          await store(
            opened.sql,
            rows.filter((row) => !isLate(row)),
          );
          await rebuildRollups(opened.database, { ...whole, from: new Date(Date.now() - 3 * day) });
          await rollUpDueBuckets(opened.database);
          // As if that had been right after it had ended.
          await opened.sql.query(`UPDATE analytics_buckets SET rolled_up_at = bucket_start + interval '16 minutes'
            WHERE bucket_start >= now() - interval '40 minutes'`);
          await store(opened.sql, rows.filter(isLate));
          await Promise.all([rollUpDueBuckets(opened.database), rollUpDueBuckets(another)]);
          await rollUpAll();
          const now = Date.now();
          const slices = [3, 2, 1].map((n) => ({ start: new Date(open - n * day), end: new Date(open - (n - 1) * day) }));
          await compare(rows, slices, now);
          const [changed] = await reader.sums({
            facts: ['changes'],
            slices: [{ start: new Date(open - 3 * day), end: new Date(open + day) }],
            groupBy: null,
          });
          expect(changed?.n ?? 0).toBe(rows.filter(({ created }) => created >= open - 3 * day).length);
        },
      ),
      { numRuns: 3 },
    );
  });

  test('are the same sums after a repetition', async () => {
    await rollUpAll();
    const before = (await opened.sql.query(stored)).rows;
    await rebuildRollups(opened.database, whole);
    expect((await opened.sql.query(stored)).rows).toEqual(before);
  });

  test('are the same sums when all facts are asked for at once, and one by one', async () => {
    await opened.sql.query(emptyAll);
    const open = await openBucket();
    const [rows = []] = fc.sample(history(open - 2 * day, open), { numRuns: 1, seed: 19 });
    await store(opened.sql, rows);
    await opened.sql
      .query(`INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at,
        due_at, sent_at, created_at, updated_at, mood_state)
      SELECT gen_random_uuid(), n::text, n::text, gen_random_uuid(), gen_random_uuid(), (ARRAY['sent', 'cancelled', 'joined'])[1 + n % 3], at, at, at,
        CASE n % 3 WHEN 0 THEN at END, at, at, 'positive' FROM generate_series(1, 90) n, LATERAL (SELECT now() - n * interval '10 minutes' AS at) m`);
    await rebuildRollups(opened.database, { ...whole, to: new Date(open - day) });
    const slices = [1, 0].map((n) => ({ start: new Date(open - (n + 0.5) * day), end: new Date(open - (n - 0.5) * day) }));
    const names = Object.keys(facts).filter((name): name is Fact => name in facts);
    const inOrder = (sums: Sum[]) => sums.toSorted((a, b) => a.fact.localeCompare(b.fact) || a.slice - b.slice);
    const alone = await Promise.all(names.map((fact) => reader.sums({ facts: [fact], slices, groupBy: null })));
    const found = inOrder(alone.flat()).map(({ total, ...sum }) => ({ ...sum, total: Math.round(total / 60) + 0 }));
    const together = inOrder(await reader.sums({ facts: names, slices, groupBy: null }));
    expect(together.map(({ total, ...sum }) => ({ ...sum, total: Math.round(total / 60) + 0 }))).toEqual(found);
    expect(found.map(({ fact }) => fact)).toEqual(expect.arrayContaining(['changes', 'state_time', 'replies_sent', 'replies_cancelled']));
  });
});

/** One change of a model. */
const changeAt = (created: number, version = 1): Row => ({
  modelId: '01900000-0000-7000-8000-000000000001',
  version,
  previous: version === 1 ? 'neutral' : 'positive',
  state: 'positive',
  by: 'model',
  expires: null,
  created,
});

describe('a time that nobody rolled up', () => {
  test('has its adoption, of however many moments, by a few statements', async () => {
    await opened.sql.query(emptyAll);
    const open = await openBucket();
    const [rows = []] = fc.sample(history(open - 20 * day, open - 2 * day), { numRuns: 1, seed: 18 });
    await store(opened.sql, rows);
    await opened.sql.query(`INSERT INTO analytics_buckets VALUES (to_timestamp(${(open - quarter) / 1_000}), now())`);
    const slow = slowCount(rows, open);
    const at = Array.from({ length: 400 }, (_, n) => new Date(open - (400 - n) * day));
    let statements = 0;
    const counting: typeof opened.database = {
      ...opened.database,
      readSnapshot: (work) =>
        opened.database.readSnapshot((query) =>
          work((...given) => {
            statements += 1;
            return query(...given);
          }),
        ),
    };
    const found = await createAnalyticsReader(counting).adoption(at);
    expect(found.map(({ adopted7d, adopted30d }) => [adopted7d, adopted30d])).toEqual(
      at.map((instant) => [slow.adopted(instant.getTime(), 7), slow.adopted(instant.getTime(), 30)]),
    );
    expect(statements).toBeLessThan(10);
  });
});

describe('a count anew', () => {
  const countedBuckets = `SELECT count(*)::int AS n, min(bucket_start) AS first, max(bucket_start) AS last FROM analytics_buckets`;

  test('begins with the first row, however early it is asked to, and is nothing without rows', async () => {
    await opened.sql.query(emptyAll);
    const from = new Date('0001-01-01T00:00:00Z');
    expect(await rebuildRollups(opened.database, { ...whole, from })).toBeNull();
    const open = await openBucket();
    await store(opened.sql, [changeAt(open - day)]);
    expect(await rebuildRollups(opened.database, { ...whole, from })).toMatchObject({ since: new Date(open - day), isWhole: true });
    expect((await opened.sql.query<{ first: Date }>(countedBuckets)).rows[0]?.first).toEqual(new Date(open - day));
  });

  test('goes on from where counting ended, so that no bucket is missing', async () => {
    await opened.sql.query(emptyAll);
    const open = await openBucket();
    await store(opened.sql, [changeAt(open - 3 * day), changeAt(open - 2 * day, 2)]);
    await rebuildRollups(opened.database, { ...whole, to: new Date(open - 2.5 * day) });
    const counted = await rebuildRollups(opened.database, { ...whole, from: new Date(open - day) });
    expect(counted?.since).toEqual(new Date(open - 2.5 * day));
    const [{ n, first, last } = { n: 0, first: new Date(), last: new Date() }] = (
      await opened.sql.query<{ n: number; first: Date; last: Date }>(countedBuckets)
    ).rows;
    expect(n).toBe((last.getTime() - first.getTime()) / quarter + 1);
    const [sum] = await reader.sums({ facts: ['changes'], slices: [{ start: first, end: new Date(open) }], groupBy: null });
    expect(sum?.n).toBe(2);
    expect(await rebuildRollups(opened.database, { ...whole, from: new Date(Date.now() + day) })).toBeNull();
  });
});

test('a row altered, added or removed by hand is found the next night, once, and mended', async () => {
  await opened.sql.query(emptyAll);
  const midnight = Math.floor(Date.now() / day) * day;
  const [rows = []] = fc.sample(history(midnight - 2 * day, midnight - 1), { numRuns: 1, seed: 7 });
  await store(opened.sql, [
    ...rows,
    {
      modelId: '01900000-0000-7000-8000-000000000001',
      version: 1,
      previous: 'neutral',
      state: 'positive',
      by: 'model',
      expires: null,
      created: midnight - day / 2,
    },
  ]);
  await rebuildRollups(opened.database, { ...whole, to: new Date(midnight) });
  const before = (await opened.sql.query(stored)).rows;
  await opened.sql.query(`
    UPDATE analytics_rollups SET n = n + 1 WHERE fact = 'changes' AND bucket_start = to_timestamp(${(midnight - day / 2) / 1_000});
    UPDATE analytics_rollups SET total = total + 1 WHERE fact = 'state_time' AND group_key = 'positive' AND bucket_start = to_timestamp(${(midnight - quarter) / 1_000});
    INSERT INTO analytics_rollups VALUES ('replies_sent', to_timestamp(${(midnight - day) / 1_000}), 'positive', 3, 0);
    DELETE FROM analytics_lists WHERE fact = 'changes' AND bucket_start = to_timestamp(${(midnight - day / 2) / 1_000})`);
  const found = await reconcileYesterday(opened.database);
  // Until half an hour after midnight it is the day before that is compared.
  if (Date.now() < midnight + 1_800_000) return;
  expect(found?.differences.map(({ fact, group_key }) => [fact, group_key])).toEqual([
    ['replies_sent', 'positive'],
    ['changes', 'model/positive'],
    ['list of changes', ''],
    ['state_time', 'positive'],
  ]);
  expect((await opened.sql.query(stored)).rows).toEqual(before);
  expect(await reconcileYesterday(opened.database)).toBeNull();
});
