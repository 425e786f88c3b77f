import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { facts } from '@mood/domain';
import type { AnalyticsReader, Fact, Sum } from '@mood/domain';
import fc from 'fast-check';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAnalyticsReader } from './analytics-reader.ts';
import { emptyAll, history, openLog, quarter, store } from './history.fixture.ts';
import type { Row } from './history.fixture.ts';
import { rebuildRollups, reconcileYesterday, rollUpDueBuckets } from './rollup.ts';
import { slowCount } from './slow-count.fixture.ts';

let opened: DatabaseUnderTest;
let reader: AnalyticsReader;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  reader = createAnalyticsReader(opened.database);
  await opened.sql.query(openLog);
});
afterAll(() => opened.close());

const day = 86_400_000;
const whole = { from: null, to: null, progress: () => {}, signal: new AbortController().signal };
const stored = `SELECT fact, bucket_start, group_key, n::text, total::text FROM analytics_rollups
  UNION ALL SELECT 'list of ' || fact, bucket_start, group_key, md5(items), '' FROM analytics_lists ORDER BY 1, 2, 3`;

/** What models did between two instants. */
function sampleOf(since: number, until: number, seed: number): Row[] {
  const [rows = []] = fc.sample(history({ since, until, edges: [since, until - quarter], turns: [] }), { numRuns: 1, seed });
  return rows;
}

/** The start of the open bucket, by the database. */
async function openBucket(): Promise<number> {
  const { rows } = await opened.sql.query<{ at: Date }>(`SELECT date_bin('15 minutes', clock_timestamp(), 'epoch') AS at`);
  return rows[0]?.at.getTime() ?? NaN;
}

async function rollUpAll(): Promise<void> {
  for (let round = await rollUpDueBuckets(opened.database); round?.more === true; round = await rollUpDueBuckets(opened.database));
}

describe('the last days', () => {
  test('are the same sums after a repetition', async () => {
    await opened.sql.query(emptyAll);
    await store(opened.sql, sampleOf(Date.now() - 2 * day, Date.now() - quarter, 20));
    await rollUpAll();
    const before = (await opened.sql.query(stored)).rows;
    expect(before.length).toBeGreaterThan(100);
    await rebuildRollups(opened.database, { ...whole, from: new Date(Date.now() - day + quarter) });
    expect((await opened.sql.query(stored)).rows).toEqual(before);
  });

  test('are the same sums when all facts are asked for at once, and one by one', async () => {
    await opened.sql.query(emptyAll);
    const open = await openBucket();
    const rows = sampleOf(open - 2 * day, open, 19);
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

const anotherModel = '01900000-0000-7000-8000-000000000002';

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
    const rows = sampleOf(open - 20 * day, open - 2 * day, 18);
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
  test('takes a mood that ends in the moment at which it begins for one that ends then, and not for one that has ended twice', async () => {
    await opened.sql.query(emptyAll);
    const begins = (await openBucket()) - 2 * day;
    await store(opened.sql, [
      { ...changeAt(begins - 1), expires: begins },
      { ...changeAt(begins - quarter), modelId: anotherModel },
    ]);
    await rebuildRollups(opened.database, { ...whole, from: new Date(begins), to: new Date(begins + day) });
    const slices = [{ start: new Date(begins), end: new Date(begins + day) }];
    const times = await reader.sums({ facts: ['state_time'], slices, groupBy: 'state' });
    expect(Object.fromEntries(times.map(({ group, total }) => [group, total]))).toEqual({
      negative: 0,
      neutral: day / 1_000,
      positive: day / 1_000,
    });
    expect(times).toHaveLength(3);
  });

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
  const rows = sampleOf(midnight - 2 * day, midnight - 1, 7);
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

test('a change that was committed hours late is found the next night, and counted in what has been carried on since', async () => {
  await opened.sql.query(emptyAll);
  const midnight = Math.floor((Date.now() - 1_800_000) / day) * day;
  await store(opened.sql, sampleOf(midnight - 2 * day, Date.now() - 2 * quarter, 8));
  const span = { ...whole, to: new Date(await openBucket()) };
  await rebuildRollups(opened.database, span);
  await store(opened.sql, [changeAt(midnight - day / 2)]);
  const found = await reconcileYesterday(opened.database);
  expect(new Set(found?.differences.map(({ fact }) => fact))).toEqual(
    new Set(['changes', 'list of changes', 'state_time', 'adopted_7d', 'adopted_30d']),
  );
  const mended = (await opened.sql.query(stored)).rows;
  await rebuildRollups(opened.database, span);
  expect(mended).toEqual((await opened.sql.query(stored)).rows);
  expect((await opened.sql.query('SELECT * FROM reconcile_analytics($1, $2)', [new Date(midnight - day), span.to])).rows).toEqual([]);
});
