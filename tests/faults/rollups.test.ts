import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectDatabase, rebuildRollups } from '@mood/db';
import { createLogger } from '@mood/runtime';
import { Client } from 'pg';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const kills = count(10, 1);
const days = 20;

/** Models that change their moods for days, until a moment ago. What follows a mood that has ended follows a neutral one. */
const history = `INSERT INTO mood_transition_logs
    (id, model_id, version, previous_state, new_state, changed_by, auto_respond, response_delay, expires_at, created_at, hash)
  SELECT uuidv7(), model_id, row_number() OVER w, CASE WHEN lag(ends) OVER w <= at THEN 'neutral' ELSE coalesce(lag(state) OVER w, 'neutral') END,
    state, 'model', false, 0, ends, at, '\\x00'
  FROM (SELECT model_id, at, state, CASE WHEN chance < 0.3 THEN at + chance * interval '24 hours' END AS ends
    FROM (SELECT m AS model_id, now() - random() * interval '${days} days' AS at, random() AS chance,
        (ARRAY['neutral', 'positive', 'negative'])[1 + floor(random() * 3)::int] AS state
      FROM (SELECT uuidv7() AS m FROM generate_series(1, 50)) models, generate_series(1, 20)) drawn) c
  WINDOW w AS (PARTITION BY model_id ORDER BY at)`;

const sums = `SELECT fact, bucket_start, group_key, n::text, total::text FROM analytics_rollups
    WHERE bucket_start < $1 AND bucket_start > timestamptz 'epoch'
  UNION ALL SELECT 'list of ' || fact, bucket_start, group_key, md5(items), '' FROM analytics_lists
    WHERE bucket_start < $1 ORDER BY 1, 2, 3`;

/** Buckets from then on are still open, or will be. */
const until = new Date(Date.now() - 3_600_000);
const readSums = () => postgres.database.query(sums, [until]);

let postgres: OwnPostgres;
let stack: Stack;
/** What an undisturbed rebuild came to. */
let expected: object[];
beforeAll(async () => {
  postgres = await startOwnPostgres();
  await postgres.database.query(history);
  await rebuild(() => {});
  expected = await readSums();
  expect(expected.length).toBeGreaterThan(1_000);
  stack = await startStack({ database: postgres.database, env: { ROLL_UP_EVERY_MS: '100' } });
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.remove();
});

async function rebuild(progress: (done: number) => void): Promise<void> {
  const database = connectDatabase({
    databaseUrl: postgres.database.url,
    poolMax: 1,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 0,
    applicationName: 'rebuild',
    logger: createLogger({ name: 'rebuild', level: 'silent' }),
  });
  try {
    await rebuildRollups(database, { from: null, to: null, progress, signal: new AbortController().signal });
  } finally {
    await database.close();
  }
}

async function forgetSums(since: string): Promise<void> {
  for (const table of ['analytics_rollups', 'analytics_lists', 'analytics_buckets'])
    await postgres.database.query(
      `DELETE FROM ${table} WHERE bucket_start >= date_bin('15 minutes', now(), 'epoch') - interval '${since}'`,
    );
}

test(`workers that are killed in the middle of a roll-up, ${kills} times, leave nothing half done: the next one has the same sums`, async () => {
  const holder = new Client({ connectionString: postgres.database.url });
  await holder.connect();
  await forgetSums('12 hours');
  for (let kill = 0; kill < kills; kill += 1) {
    // The sums are written then, and the lists have to wait.
    await holder.query('BEGIN; LOCK TABLE analytics_lists');
    const worker = await stack.startWorker();
    await eventually(
      async () =>
        (
          await postgres.database.query(
            `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%roll_up_analytics%'`,
          )
        ).length,
      (waiting) => waiting > 0,
    );
    worker.kill('SIGKILL');
    expect(await worker.exited).toBe('SIGKILL');
    await holder.query('ROLLBACK');
    expect((await readSums()).length).toBeLessThan(expected.length);
  }
  await holder.end();
  const worker = await stack.startWorker();
  await eventually(readSums, (found) => found.length === expected.length);
  expect(await readSums()).toEqual(expected);
  await worker.stop();
});

test(`a PostgreSQL that is killed in a rebuild, ${kills} times, has the same sums when that is repeated`, async () => {
  await forgetSums(`${days + 1} days`);
  for (let kill = 0; kill < kills; kill += 1) {
    let killed: Promise<void> | undefined;
    await expect(
      rebuild((done) => {
        if (done === kill + 2) killed = postgres.server.kill();
      }),
    ).rejects.toThrow();
    await killed;
    await postgres.server.start();
  }
  await rebuild(() => {});
  expect(await readSums()).toEqual(expected);
});
