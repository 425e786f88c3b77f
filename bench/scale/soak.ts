import { untilDrained } from '@mood/testing/drained';
import { openQueues } from '@mood/testing/queues';
import type { BenchOptions } from '../support/bench.ts';
import { percentiles } from '../support/load.ts';
import { mixedLoad } from '../support/mixed-load.ts';
import { applyPacedLoad } from '../support/paced-load.ts';
import type { QuietProcess } from '../support/quiet-process.ts';
import { mebibytes } from '../support/report.ts';
import type { Figure } from '../support/report.ts';
import { startBenchSystem } from '../support/system.ts';

const models = 5_000;
const connections = 32;
const perSecond = 200;
const sampleEveryMs = 1_000;
const drainLimitMs = 60_000;

interface Sizes {
  outboxBytes: number;
  limitBytes: number;
  outboxRows: number;
}

const sizes = `SELECT pg_total_relation_size('outbox')::float8 AS "outboxBytes", pg_total_relation_size('mood_rate_limits')::float8 AS "limitBytes",
  (SELECT count(*) FROM outbox)::integer AS "outboxRows"`;

/** A steady load for a long time: what grows. */
export async function benchSoak({ say, soakSeconds, execArgv }: BenchOptions): Promise<Figure[]> {
  say(`starting a system for ${soakSeconds} s at ${perSecond} requests a second`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  const queues = await openQueues(system.env);
  try {
    const worker = await system.startWorker();
    const { database } = system.postgres;
    const next = await mixedLoad(system, models);
    const memory = { api: sample(system.api), worker: sample(worker) };
    // The first third is for warming up; what is compared is the second with the third.
    const thirds = [];
    for (const third of ['first', 'second', 'third']) {
      const [from, seconds] = [memory.api.values.length, Math.max(1, Math.round(soakSeconds / 3))];
      const load = await applyPacedLoad({ url: system.apiUrl, connections, seconds, perSecond, next });
      const [size] = await database.query<Sizes>(sizes);
      const middle = (values: readonly number[]) => percentiles(values.slice(from)).p50;
      thirds.push({ load, size, api: middle(memory.api.values), worker: middle(memory.worker.values) });
      say(`the ${third} third: API ${mebibytes(middle(memory.api.values))}, p95 ${load.p95.toFixed(1)} ms, ${load.errors} errors`);
    }
    memory.api.stop();
    memory.worker.stop();
    const [, second, third] = thirds;
    if (second === undefined || third === undefined) throw new Error('a soak has three thirds');
    await untilDrained({ database, queues: async () => queues }, drainLimitMs);
    const [end] = await database.query<Sizes>(sizes);
    const growth = (process: 'api' | 'worker') =>
      `${mebibytes(second[process])} → ${mebibytes(third[process])} (${(100 * (third[process] / second[process] - 1)).toFixed(1)} %)`;
    const bytes = (of: 'outboxBytes' | 'limitBytes') => `${mebibytes(second.size?.[of] ?? NaN)} → ${mebibytes(third.size?.[of] ?? NaN)}`;
    const errors = thirds.reduce((sum, { load }) => sum + load.errors, 0);
    const figure = (what: string, value: string, goal: string) => ({
      bench: 'scale',
      what: `soak of ${soakSeconds} s: ${what}`,
      value,
      goal,
    });
    return [
      figure('RSS of the API, second and last third', growth('api'), '≤ 5 %, ≤ 250 MB'),
      figure('RSS of the worker', growth('worker'), '≤ 5 %'),
      figure('p95, errors', `${third.load.p95.toFixed(1)} ms, ${errors}`, '0 errors'),
      figure('table outbox, second and last third', bytes('outboxBytes'), 'flat'),
      figure('table mood_rate_limits (grows for its hour, then is purged)', bytes('limitBytes'), 'bounded by the hour'),
      figure(
        'rows of the outbox, jobs in the queues, at the end',
        `${end?.outboxRows ?? NaN}, ${(await queues.open()) + (await queues.failed())}`,
        '0, 0',
      ),
    ];
  } finally {
    await queues.close();
    await system.stop();
  }
}

/** Looks at a process every second. */
function sample(process: QuietProcess): { values: number[]; stop: () => void } {
  const values = [process.memory()];
  const timer = setInterval(() => values.push(process.memory()), sampleEveryMs);
  return { values, stop: () => clearInterval(timer) };
}
