import { setTimeout as pause } from 'node:timers/promises';
import { rebuildRollups } from '@mood/db';
import { measureChores } from './size/chores.ts';
import { bytesOf, checkDiskSpace } from './size/data-set.ts';
import type { DataSize } from './size/data-set.ts';
import { measureSnapshot, measureVerification } from './size/held.ts';
import { verdictOf } from './size/in-turns.ts';
import type { Cost } from './size/in-turns.ts';
import { askBoth } from './size/questions.ts';
import { measureQueues } from './size/queues.ts';
import { clearAway, fillDatabase, forBoth, startSide } from './size/sides.ts';
import type { FilledDatabase, Leftovers, Sides } from './size/sides.ts';
import type { BenchOptions } from './support/bench.ts';
import { mebibytes } from './support/report.ts';
import type { Figure, Report } from './support/report.ts';

const smallModels = 2_000;
/** Besides the default set. */
const templates = 10_000;
const settleMs = 3_000;

/**
 * What everything costs in a large system beside a small one that has as many rows for each model: requests take turns between the two. With
 * the queues in PostgreSQL, and in Redis, on the same data.
 */
export async function benchSize({ say, size, seconds, rounds, execArgv }: BenchOptions): Promise<Report> {
  const large: DataSize = { models: size.models, rows: size.rows, templates };
  const small: DataSize = { models: smallModels, rows: Math.round((size.rows / size.models) * smallModels), templates: 0 };
  await checkDiskSpace([small, large]);
  say(`this takes up to ${((bytesOf(small) + bytesOf(large)) / 1e9).toFixed(0)} GB of disk, until it is over; Ctrl-C removes everything`);
  const leftovers: Leftovers = [];
  const stopped = Promise.withResolvers<Report>();
  const stop = () => {
    say('stopping, and removing everything');
    process.exitCode = 1;
    stopped.resolve({ rows: [], figures: [] });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const work = measureAll();
  // What is under way fails when its servers go.
  work.catch(() => {});
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    await clearAway(leftovers);
  }

  async function measureAll(): Promise<Report> {
    const sides: Sides<FilledDatabase> = {
      small: await fillDatabase('small', small, leftovers, say),
      large: await fillDatabase('large', large, leftovers, say),
    };
    const figures: Figure[] = [await sizesOf(sides)];
    await forBoth(sides, (side) => rollUp(side, say));
    const costs: Cost[] = await measureChores(sides, say, seconds);
    figures.push(...(await measureVerification(sides, leftovers, { say, seconds, rounds })));
    for (const redis of [false, true]) {
      const store = redis ? 'Redis' : 'PostgreSQL';
      say(`starting both systems, queues in ${store}`);
      const ofStore: Leftovers = [];
      leftovers.push(() => clearAway(ofStore));
      const running = await forBoth(sides, (side) => startSide(side, redis, ofStore, execArgv));
      // What starts has things to do.
      await pause(settleMs);
      costs.push(...(await askBoth(running, store, ofStore, { say, seconds })));
      const { costs: ofQueues, takers } = await measureQueues(running, store, ofStore, { say, seconds });
      costs.push(...ofQueues);
      figures.push(...(await measureSnapshot(running.large, takers.large, store, size.snapshotSeconds, { say, seconds, rounds })));
      await clearAway(ofStore);
    }
    return { rows: [], figures: [...costs.map((cost) => cost.figure), ...figures, verdictOf(costs)] };
  }
}

async function sizesOf({ small, large }: Sides<FilledDatabase>): Promise<Figure> {
  const sizeOf = async ({ database }: FilledDatabase) => {
    const [row] = await database.postgres.database.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes');
    return mebibytes(row?.bytes ?? NaN);
  };
  const count = ({ data }: FilledDatabase) =>
    `${data.size.models.toLocaleString('en-US')} models, ${data.size.rows.toLocaleString('en-US')} entries of the audit log`;
  return {
    bench: 'size',
    what: `the databases: ${count(small)}; ${count(large)}`,
    value: `${await sizeOf(small)}, ${await sizeOf(large)}`,
    goal: 'none',
  };
}

async function rollUp({ name, stores }: FilledDatabase, say: (line: string) => void): Promise<void> {
  await rebuildRollups(stores, {
    from: null,
    to: null,
    signal: new AbortController().signal,
    progress: (done, total) => (done % 10 === 0 ? say(`${name}: rolled up ${done} of ${total} days`) : undefined),
  });
}
