import { setTimeout as pause } from 'node:timers/promises';
import { connectDatabase, createAnalyticsReader, rebuildRollups, rollUpDueBuckets } from '@mood/db';
import { rankModels, readSeries, summarise } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { TestDatabase } from '@mood/testing/database';
import type { BenchOptions } from './support/bench.ts';
import type { Figure, Report } from './support/report.ts';
import { settleWal } from './support/settle-wal.ts';

const models = 100_000;
const changesPerModel = 30;
const days = 90;
/** The best of so many: what else this machine does is no part of it. */
const times = 7;
const timeZone = 'America/New_York';

/** Changes at any time of the 90 days: four in five by the model, three in ten with an end that comes within 8 hours. */
const history = `
  INSERT INTO performers (id, created_at) SELECT uuidv7(), now() - interval '120 days' FROM generate_series(1, ${models});
  ALTER TABLE mood_transition_logs DISABLE TRIGGER ALL;
  INSERT INTO mood_transition_logs (id, model_id, version, previous_state, new_state, changed_by, auto_respond, response_delay, expires_at, created_at, hash)
  SELECT uuidv7(), model_id, row_number() OVER w, CASE WHEN lag(ends) OVER w <= at THEN 'neutral' ELSE coalesce(lag(state) OVER w, 'neutral') END,
    state, CASE WHEN chance < 0.9 THEN 'model' ELSE 'admin' END, false, 0, ends, at, '\\x00'
  FROM (SELECT model_id, at, state, chance, CASE WHEN chance < 0.3 THEN at + chance * interval '24 hours' END AS ends
    FROM (SELECT p.id AS model_id, now() - random() * interval '${days} days' AS at, random() AS chance,
        (ARRAY['neutral', 'positive', 'negative'])[1 + floor(random() * 3)::int] AS state
      FROM performers p, generate_series(1, ${changesPerModel})) drawn) c
  WINDOW w AS (PARTITION BY model_id ORDER BY at);
  INSERT INTO model_mood_states (model_id, mood_state, updated_by, version, updated_at)
  SELECT DISTINCT ON (model_id) model_id, new_state, 'model', version, created_at FROM mood_transition_logs ORDER BY model_id, version DESC`;

async function seed(database: TestDatabase): Promise<void> {
  for (const statement of history.split(';\n')) await database.query(statement);
  await database.query('VACUUM ANALYZE');
}

/** What pages of analytics cost, and a round of the worker, with 3,000,000 changes of 100,000 models. */
export async function benchAnalytics({ say }: BenchOptions): Promise<Report> {
  const postgres = await startOwnPostgres({ shared_buffers: '512MB', max_wal_size: '4GB', min_wal_size: '2GB' });
  const database = connectDatabase({
    databaseUrl: postgres.database.url,
    poolMax: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 0,
    applicationName: 'mood-bench',
    logger: createLogger({ name: 'bench', level: 'silent' }),
  });
  try {
    await settleWal(postgres.database);
    say(`writing ${(models * changesPerModel).toLocaleString('en-US')} changes of ${models.toLocaleString('en-US')} models`);
    await seed(postgres.database);
    say('rolling all of it up');
    const began = performance.now();
    await rebuildRollups(database, {
      from: null,
      to: null,
      signal: new AbortController().signal,
      progress: (done, total) => (done % 10 === 0 ? say(`${done} of ${total} days`) : undefined),
    });
    const rebuilt = (performance.now() - began) / 1_000;
    const analytics = createAnalyticsReader(database);
    const from = new Date(Math.floor(Date.now() / 86_400_000 - days) * 86_400_000).toISOString().slice(0, 10);
    const figures: Figure[] = [{ bench: 'analytics', what: `rebuild of ${days} days`, value: `${rebuilt.toFixed(0)} s`, goal: 'none' }];
    const measure = async (what: string, goal: string, task: () => Promise<unknown>) => {
      say(what);
      let best = Infinity;
      for (let nth = 0; nth < times; nth += 1) {
        const start = performance.now();
        await task();
        best = Math.min(best, performance.now() - start);
        await pause(50);
      }
      figures.push({ bench: 'analytics', what, value: `${best.toFixed(0)} ms`, goal });
    };
    await measure('summary of 30 days', '≤ 300 ms', () => summarise({ analytics }, { timeZone }));
    for (const metric of ['changes', 'state_time_share'] as const)
      await measure(`series of 90 days, ${metric} by state`, '≤ 100 ms', () =>
        readSeries({ analytics }, { timeZone, metric, from, interval: 'day', groupBy: 'state' }),
      );
    for (const metric of ['changes_per_model', 'mood_duration'] as const)
      await measure(`series of 90 days, ${metric}`, 'none: these are no sums', () =>
        readSeries({ analytics }, { timeZone, metric, from, interval: 'day' }),
      );
    await measure('the ten models with most changes in 30 days', '≤ 200 ms', () =>
      rankModels({ analytics }, { timeZone, metric: 'changes', limit: 10 }),
    );
    await measure('a round of the worker', '≤ 1 s', async () => {
      await postgres.database.query(
        `UPDATE analytics_buckets SET rolled_up_at = bucket_start + interval '16 minutes'
          WHERE bucket_start = (SELECT max(bucket_start) FROM analytics_buckets)`,
      );
      await rollUpDueBuckets(database);
    });
    return { rows: [], figures };
  } finally {
    await database.close();
    await postgres.remove();
  }
}
