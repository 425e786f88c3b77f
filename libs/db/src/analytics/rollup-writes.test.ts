import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { history, store } from './history.fixture.ts';
import { rebuildRollups, rollUpDueBuckets } from './rollup.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

const day = 86_400_000;
const whole = { from: null, to: null, progress: () => {}, signal: new AbortController().signal };
/** Where each row is, and who wrote or locked it. */
const versions = (table: string, condition = 'true') =>
  `SELECT '${table}' AS of, ctid::text, xmin::text, xmax::text FROM ${table} WHERE ${condition}`;
// The last bucket is written once more, ten minutes after its end.
const written = `${versions('analytics_rollups')} UNION ALL ${versions('analytics_lists')}
  UNION ALL ${versions('analytics_buckets', `bucket_start < now() - interval '40 minutes'`)} ORDER BY 1, 2`;
const allWritten = async () => (await opened.sql.query(written)).rows;

async function rollUpAll(): Promise<void> {
  for (let round = await rollUpDueBuckets(opened.database); round?.more === true; round = await rollUpDueBuckets(opened.database));
}

test('what is counted again and is the same is not written again, nor locked', async () => {
  const [rows = []] = fc.sample(history({ since: Date.now() - 3 * day, until: Date.now(), edges: [], turns: [] }), {
    numRuns: 1,
    seed: 23,
  });
  await store(opened.sql, rows);
  await rebuildRollups(opened.database, whole);
  await rollUpAll();
  const before = await allWritten();
  expect(new Set(before.map(({ of }) => of)).size).toBe(3);
  // As if the last bucket had been counted right after its end.
  const makeDue = `UPDATE analytics_buckets SET rolled_up_at = bucket_start + interval '16 minutes'
    WHERE bucket_start = (SELECT max(bucket_start) FROM analytics_buckets)`;
  await opened.sql.query(makeDue);
  expect(await rollUpDueBuckets(opened.database)).not.toBeNull();
  expect(await allWritten()).toEqual(before);
  await rebuildRollups(opened.database, { ...whole, from: new Date(Date.now() - 2 * day) });
  expect(await allWritten()).toEqual(before);
  // What is not the same is.
  await opened.sql.query(`UPDATE analytics_rollups SET n = n + 1 WHERE fact = 'state_time'`);
  const spoilt = await allWritten();
  await rebuildRollups(opened.database, whole);
  expect(await allWritten()).not.toEqual(spoilt);
});

test('a bucket that was counted right after its end is due until ten minutes later, and then no more', async () => {
  await rollUpAll();
  const ages = `SELECT rolled_up_at >= bucket_start + interval '25 minutes' AS is_final FROM analytics_buckets ORDER BY bucket_start DESC LIMIT 2`;
  await opened.sql.query(`UPDATE analytics_buckets SET rolled_up_at = bucket_start + interval '16 minutes'
    WHERE bucket_start = (SELECT max(bucket_start) FROM analytics_buckets WHERE bucket_start < now() - interval '25 minutes')`);
  expect(await rollUpDueBuckets(opened.database)).not.toBeNull();
  const { rows } = await opened.sql.query<{ is_final: boolean }>(ages);
  expect(rows.at(-1)).toEqual({ is_final: true });
});
