import { createEmptyDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { migrateQueueSchema } from './migrate-queue-schema.ts';
import { promoted } from './promotion.ts';

const schema = 'promotions';
const queue = 'auto-reply';
let database: TestDatabase;
/** Connected and planned while the table is empty, as a worker that starts before its jobs are added. */
let worker: Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  await migrateQueueSchema({ databaseUrl: database.url, schema });
  worker = new Client({ connectionString: database.url });
  await worker.connect();
  await worker.query(`SET search_path TO ${schema}`);
  await worker.query('SET enable_seqscan = off');
});
afterAll(async () => {
  await worker.end();
  await database.drop();
});
beforeEach(async () => {
  // Emptied and not cleared: indexes would go on giving the rows of the tests before.
  await worker.query('TRUNCATE job CASCADE');
});

const now = 1_000_000;

/** Delayed jobs, of which number n, from 1, is due at `dueAt`, an SQL expression: by default n ms ago, so that those added first are due last. */
async function addDelayed(count: number, name = 'job', dueAt = `${now} - n`): Promise<void> {
  await worker.query(
    `INSERT INTO job (queue, id, seq, name, state, data, opts, priority, delay_ms, max_attempts, added_at_ms, process_at_ms)
      SELECT $1, $3 || '-' || n, nextval('job_seq'), 'send-auto-reply', 'delayed', '{}', '{}', 0, 1, 1, 0, ${dueAt}
      FROM generate_series(1, $2::integer) n`,
    [queue, count, name],
  );
}
const take = async (at = now) => {
  const { rows } = await worker.query<{ id: string }>(`SELECT id FROM move_to_active($1, 't', 5000, $2, NULL, NULL, NULL)`, [queue, at]);
  return rows[0]?.id;
};
async function countOf(state: string): Promise<number> {
  const { rows } = await worker.query<{ n: number }>('SELECT count(*)::integer AS n FROM job WHERE queue = $1 AND state = $2::job_state', [
    queue,
    state,
  ]);
  return rows[0]?.n ?? NaN;
}
/** Entries that were read of an index since the last call. */
async function readOf(index: string): Promise<number> {
  await worker.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await worker.query<{ read: number }>(
    'SELECT idx_tup_read::integer AS read FROM pg_stat_user_indexes WHERE schemaname = $1 AND indexrelname = $2',
    [schema, index],
  );
  return rows[0]?.read ?? NaN;
}

test('each job that is taken moves the next few delayed ones that are due, the earliest first, however many are', async () => {
  const many = 2_000;
  await addDelayed(many);
  let moved = 0;
  // Many at first, and then, while those wait, few: but more than are taken.
  for (const next of [promoted.whileFewWait, promoted.otherwise, promoted.otherwise]) {
    const before = await readOf('job_delayed_idx');
    expect(await take()).toBeDefined();
    // Besides those that it moves: the entries of those that were moved before, which nobody has cleared away yet.
    expect((await readOf('job_delayed_idx')) - before).toBeLessThan(many / 2);
    moved += next;
    expect(await countOf('delayed')).toBe(many - moved);
  }
  const { rows } = await worker.query(`SELECT max(process_at_ms)::integer AS latest FROM job WHERE state <> 'delayed'`);
  expect(rows).toEqual([{ latest: now - many + moved - 1 }]);
});

test('what is not due stays, and all that is due comes in the end', async () => {
  const due = promoted.whileFewWait + 50;
  await addDelayed(due);
  await addDelayed(10, 'later', `${now} + n`);
  const taken = new Set<string>();
  for (let id = await take(); id !== undefined; id = await take()) taken.add(id);
  expect(taken.size).toBe(due);
  expect(await countOf('delayed')).toBe(10);
});

test('several workers that take at the same time promote different jobs, and wait for nobody', async () => {
  await addDelayed(1_000);
  const other = new Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query(`SET search_path TO ${schema}`);
    await other.query('BEGIN');
    const { rows } = await other.query(`SELECT promote_due_jobs($1, $2) AS promoted`, [queue, now]);
    expect(rows).toEqual([{ promoted: promoted.whileFewWait }]);
    // The other one has not committed: what it moved is locked.
    expect(await take()).toBeDefined();
    await other.query('COMMIT');
    expect(await countOf('delayed')).toBe(1_000 - 2 * promoted.whileFewWait);
  } finally {
    await other.end();
  }
});

test('looking for stalled jobs reads those that run or are marked, not the whole queue', async () => {
  await addDelayed(1_000, 'later', `${now} + n`);
  const read = async () => (await readOf('job_stalled_marked_idx')) + (await readOf('job_active_idx')) + (await readOf('job_pkey'));
  const before = await read();
  for (let look = 1; look <= 5; look += 1) {
    await worker.query('SELECT * FROM move_stalled_jobs_to_wait($1, 50, $2, 2000)', [queue, now + look * 10_000]);
  }
  expect((await read()) - before).toBeLessThan(50);
});

test('a migration that is repeated, or made by several at once, leaves it as it is', async () => {
  const definition = async () => {
    const { rows } = await worker.query<{ text: string }>(`SELECT pg_get_functiondef('move_to_active'::regproc) AS text`);
    return rows[0]?.text;
  };
  const before = await definition();
  await Promise.all([1, 2, 3].map(() => migrateQueueSchema({ databaseUrl: database.url, schema })));
  expect(await definition()).toBe(before);
  expect(before).toContain('promote_due_jobs');
});

test('a function of BullMQ that is another than expected is told of, and nothing is changed', async () => {
  await worker.query(`CREATE OR REPLACE FUNCTION move_to_active(p_queue text, p_token text, p_lock_ms bigint, p_now bigint, p_name text,
    p_limiter_max integer, p_limiter_duration bigint) RETURNS SETOF job LANGUAGE sql AS 'SELECT * FROM job LIMIT 1'`);
  await expect(migrateQueueSchema({ databaseUrl: database.url, schema })).rejects.toThrow('move_to_active is not the function of BullMQ');
});
