import { setTimeout as pause } from 'node:timers/promises';
import { currentTerms } from '@mood/domain';
import { untilDrained } from '@mood/testing/drained';
import { inBatches } from '@mood/testing/in-batches';
import { openQueues } from '@mood/testing/queues';
import type { BenchOptions } from './support/bench.ts';
import { applyLoad, percentiles, summarise } from './support/load.ts';
import { applyPacedLoad } from './support/paced-load.ts';
import { startQuietProcess } from './support/quiet-process.ts';
import { rowsOf } from './support/report.ts';
import type { Figure, Report } from './support/report.ts';
import { interleave, measure } from './support/rounds.ts';
import { seedDataKeys } from './support/seed.ts';
import { startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';

const connections = 64;
/** A model changes its mood 50 times an hour: enough of them for all rounds. */
const models = { floor: 4_000, api: 6_000 };
const longSeconds = 60;
const pacedPerSecond = 500;
const drainLimitMs = 120_000;
const ageEveryMs = 100;

/** POST update, authenticated and on disk, a worker running, beside the same statement sent by the driver alone. */
export async function benchUpdate({ say, seconds, rounds, execArgv }: BenchOptions): Promise<Report> {
  say(`starting a system and seeding ${(models.floor + models.api).toLocaleString('en-US')} models`);
  const system = await startBenchSystem({ models: models.floor + models.api, redis: true, execArgv });
  const queues = await openQueues(system.env);
  const ofFloor = system.models.slice(0, models.floor);
  const ofApi = system.models.slice(models.floor);
  const floor = await startQuietProcess('bench/floors/sql-updates.ts', { DATABASE_URL: system.env['DATABASE_URL'] ?? '' });
  try {
    await system.startWorker();
    // After the start: keys that no master key opens would be refused there.
    const keys = await seedDataKeys(system.postgres.database, ofFloor);
    say('asking for tokens');
    const tokens = await inBatches(ofApi, 50, (model) => system.platform.token('model', model, { expiresIn: 3_600 }));
    const order = { models: ofFloor, keys, seconds, concurrency: connections, connections: 10, termsVersion: currentTerms.version };
    let turn = 0;
    const next = () => {
      turn += 1;
      const body = {
        moodState: ['positive', 'negative', 'neutral'][turn % 3],
        customMessage: 'Feeling great today!',
        autoRespond: true,
        responseDelay: 30,
      };
      const headers = { authorization: `Bearer ${tokens[turn % tokens.length] ?? ''}`, 'content-type': 'application/json' };
      return { method: 'POST' as const, path: '/api/v1/mood/update', headers, body: JSON.stringify(body) };
    };
    say('changing every mood once: the first change of a model makes its audit key, and its token is new');
    await applyLoad({ url: system.apiUrl, connections, seconds, amount: models.api, next });
    const results = await interleave(
      rounds,
      [
        {
          name: 'the SQL statement, by the driver',
          run: () =>
            measure(floor, async () => {
              const { times, errors } = readTimes(await floor.ask(order));
              return summarise(times, seconds, errors);
            }),
        },
        {
          name: 'POST update, authenticated, worker running',
          run: () => measure(system.api, () => applyLoad({ url: system.apiUrl, connections, seconds, next })),
        },
      ],
      say,
    );
    const load = { url: system.apiUrl, connections, seconds: longSeconds, next };
    const drained = () => timeOf(untilDrained({ database: system.postgres.database, queues: async () => queues }, drainLimitMs));
    await drained();
    say(`as fast as it goes, for ${longSeconds} s`);
    const fast = await applyLoad(load);
    const fastDrain = await drained();
    say(`${pacedPerSecond} a second, for ${longSeconds} s`);
    const ages = watchOutbox(system);
    const paced = await applyPacedLoad({ ...load, perSecond: pacedPerSecond });
    const age = percentiles(await ages.stop());
    const pacedDrain = await drained();
    return {
      rows: rowsOf('update', results),
      figures: [
        figure('as fast as it goes, 60 s: updates', `${Math.round(fast.perSecond).toLocaleString('en-US')}/s`, '≥ 1,500/s'),
        figure('as fast as it goes, 60 s: p95, errors', `${fast.p95.toFixed(1)} ms, ${fast.errors}`, '< 100 ms, 0'),
        figure('as fast as it goes: everything delivered after the end', `${fastDrain.toFixed(1)} s`, '≤ 30 s'),
        figure(`${pacedPerSecond}/s, 60 s: p95, errors`, `${paced.p95.toFixed(1)} ms, ${paced.errors}`, '< 100 ms, 0'),
        figure(
          `${pacedPerSecond}/s, 60 s: age of the oldest promise, p50, p99`,
          `${age.p50.toFixed(2)} s, ${age.p99.toFixed(2)} s`,
          'p99 ≤ 1 s',
        ),
        figure(`${pacedPerSecond}/s: everything delivered after the end`, `${pacedDrain.toFixed(1)} s`, '≤ 30 s'),
      ],
    };
  } finally {
    await floor.stop();
    await queues.close();
    await system.stop();
  }
}

const figure = (what: string, value: string, goal: string): Figure => ({ bench: 'update', what, value, goal });

/** @returns seconds. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return (performance.now() - began) / 1_000;
}

/** Looks again and again for how long the oldest promise has been due, in seconds. */
function watchOutbox(system: BenchSystem): { stop: () => Promise<number[]> } {
  const ages: number[] = [];
  const stopped = new AbortController();
  const oldest =
    'SELECT coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0)::float8 AS age FROM outbox WHERE failed_at IS NULL';
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      const [row] = await system.postgres.database.query<{ age: number }>(oldest);
      ages.push(row?.age ?? NaN);
      await pause(ageEveryMs);
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await watching;
      return ages;
    },
  };
}

function readTimes(answer: unknown): { times: number[]; errors: number } {
  if (typeof answer !== 'object' || answer === null || !('times' in answer) || !Array.isArray(answer.times) || !('errors' in answer))
    throw new Error('the floor did not say what it measured');
  return { times: answer.times.map(Number), errors: Number(answer.errors) };
}
