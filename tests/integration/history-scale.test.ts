import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { historyPage } from '@mood/db';
import { Client, escapeLiteral } from 'pg';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const rows = 100_000;
/** When the transition of version 0 would have been; each version is one second later. */
const firstDay = Date.parse('2024-01-01T00:00:00.000Z');

interface Entry {
  moodState: string;
  changedAt: string;
  customMessage: string | null;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

let stack: Stack;
let database: Client;
let model: Model;
beforeAll(async () => {
  stack = await startStack();
  model = await stack.createModel();
  database = new Client({ connectionString: stack.database.url });
  await database.connect();
  await database.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, previous_state, new_state, changed_by, auto_respond, response_delay,
       created_at, previous_hash, hash)
     SELECT uuidv7(), $1, v, (ARRAY['neutral', 'positive', 'negative'])[1 + (v - 1) % 3], (ARRAY['neutral', 'positive', 'negative'])[1 + v % 3],
       'model', false, 0, to_timestamp($2::double precision / 1000 + v), CASE v WHEN 1 THEN NULL ELSE sha256((v - 1)::text::bytea) END,
       sha256(v::text::bytea)
     FROM generate_series(1, $3::integer) v`,
    [model.id, firstDay, rows],
  );
});
afterAll(async () => {
  await database.end();
  await stack.stop();
});

const versionOf = (entry: Entry) => (Date.parse(entry.changedAt) - firstDay) / 1_000;
const versionsFrom = (newest: number, count: number) => Array.from({ length: count }, (_, index) => newest - index);

async function page(limit: number, offset: number): Promise<{ history: Entry[]; total: number }> {
  const { status, body } = await stack.api.get(`/api/v1/mood/${model.id}/history?limit=${limit}&offset=${offset}`, model.token);
  expect(status).toBe(200);
  return body;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** How PostgreSQL goes about a page: with a plan for these values, or with the one that it keeps for all. */
async function planOf(mode: 'force_custom_plan' | 'force_generic_plan', limit: number, offset: number): Promise<PlanNode[]> {
  await database.query(`SET plan_cache_mode = ${mode}`);
  await database.query(`PREPARE history_page AS ${historyPage.text}`);
  const { rows: plans } = await database.query(
    `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE history_page(${escapeLiteral(model.id)}, ${limit}, ${offset}, NULL)`,
  );
  await database.query('DEALLOCATE history_page');
  return nodesOf(plans[0]['QUERY PLAN'][0].Plan);
}

describe('a page out of 100,000 transitions', () => {
  test.each([
    ['force_custom_plan', 0],
    ['force_custom_plan', 50_000],
    ['force_custom_plan', 99_980],
    ['force_generic_plan', 0],
    ['force_generic_plan', 50_000],
    ['force_generic_plan', 99_980],
  ] as const)('is a range of the index on model and version (%s, offset %i)', async (mode, offset) => {
    // Fresh statistics, as autovacuum takes them after so many rows.
    await database.query('ANALYZE mood_transition_logs');
    const scans = (await planOf(mode, 20, offset)).filter((node) => node['Relation Name'] === 'mood_transition_logs');
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans) {
      expect(scan['Node Type']).toMatch(/^Index (Only )?Scan$/);
      expect(scan['Index Name']).toBe('mood_transition_logs_model_id_version_key');
      expect(scan['Index Cond']).toContain('model_id');
      expect(scan['Rows Removed by Filter'] ?? 0).toBe(0);
    }
    const read = scans.reduce((sum, scan) => sum + (scan['Actual Rows'] ?? 0) * (scan['Actual Loops'] ?? 1), 0);
    expect(read).toBe(21);
  });

  test('is found by the index before the first statistics are taken, too', async () => {
    await database.query('BEGIN');
    await database.query(`DELETE FROM pg_statistic WHERE starelid = 'mood_transition_logs'::regclass`);
    const scans = (await planOf('force_generic_plan', 100, 50_000)).filter((node) => node['Relation Name'] === 'mood_transition_logs');
    await database.query('ROLLBACK');
    expect(scans.map((scan) => scan['Node Type'])).not.toContain('Seq Scan');
  });

  test('has the newest first, wherever it begins', async () => {
    for (const offset of [0, 1, 777, 50_000, 99_900]) {
      const { history, total } = await page(100, offset);
      expect(total).toBe(rows);
      expect(history.map(versionOf)).toEqual(versionsFrom(rows - offset, 100));
    }
  });

  test('is shorter at the end, and empty behind it', async () => {
    expect((await page(100, 99_995)).history.map(versionOf)).toEqual([5, 4, 3, 2, 1]);
    expect(await page(100, rows)).toMatchObject({ history: [], total: rows });
    expect(await page(100, 10 * rows)).toMatchObject({ history: [], total: rows });
  });
});

describe('paging through a history while transitions are added', () => {
  test('misses none, repeats none within a page, and keeps their order', async () => {
    const added = 40;
    const names = Array.from({ length: added }, (_, index) => `change ${index + 1}`);
    /** The place of an entry in the whole history: its version. */
    const placeOf = (entry: Entry) => (entry.customMessage === null ? versionOf(entry) : rows + 1 + names.indexOf(entry.customMessage));

    const progress = { added: 0 };
    const adding = (async () => {
      for (const customMessage of names) {
        const { status } = await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage }, model.token);
        expect(status).toBe(200);
        progress.added += 1;
      }
    })();

    const first = await page(100, 0);
    const seen = first.history.map(placeOf);
    let { total } = first;
    for (let offset = 100; progress.added < added || offset <= 1_000; offset += 100) {
      const next = await page(100, offset);
      const places = next.history.map(placeOf);
      expect(next.total).toBeGreaterThanOrEqual(total);
      // One look at the whole: newest first, without gaps, from the offset that was asked for.
      expect(places).toEqual(versionsFrom(next.total - offset, 100));
      total = next.total;
      seen.push(...places);
    }
    await adding;
    expect(total).toBeGreaterThan(first.total);

    // What was added in between moves rows to later pages: some come again, none is passed over.
    expect([...new Set(seen)]).toEqual(versionsFrom(seen[0] ?? 0, new Set(seen).size));

    const again = (await page(100, 0)).history.map(placeOf);
    expect(again[0]).toBe(rows + added);
    const known = new Set(seen.slice(0, 100));
    expect(again.filter((place) => known.has(place))).toEqual(seen.slice(0, 100).filter((place) => place > rows + added - 100));
  });
});
