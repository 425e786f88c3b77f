import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@mood/testing/free-port';
import { ends } from './due/ends.ts';
import { replies } from './due/replies.ts';
import { progressOf, timesOf } from './due/storm.ts';
import type { Storm } from './due/storm.ts';
import type { BenchOptions } from './support/bench.ts';
import { mixedLoad } from './support/mixed-load.ts';
import { applyPacedLoad } from './support/paced-load.ts';
import { percentiles } from './support/load.ts';
import type { Figure, Report } from './support/report.ts';
import { startBenchSystem } from './support/system.ts';

/** Models that change their moods meanwhile. */
const writers = 5_000;
const connections = 32;
const perSecond = 100;
const sliceSeconds = 5;
const readinessEveryMs = 250;
const limitMs = 3_600_000;
/** From the worker's start to the moment: so many promises a second are surely published in that time, if anybody wants to. */
const publishedPerSecond = 3_000;

/** What is all due at one moment, with a worker running: how late it is, in each store of queues, and whether anybody stands still. */
export async function benchDue(options: BenchOptions): Promise<Report> {
  const figures: Figure[] = [];
  for (const storm of [ends, replies]) {
    for (const redis of [false, true]) figures.push(...(await playStorm(storm, options, redis)));
  }
  return { rows: [], figures };
}

async function playStorm(storm: Storm, { say, due: count, execArgv }: BenchOptions, redis: boolean): Promise<Figure[]> {
  const what = `${count.toLocaleString('en-US')} ${storm.what} at one moment, ${redis ? 'Redis' : 'PostgreSQL'}`;
  say(`${what}: starting`);
  const system = await startBenchSystem({ models: storm.modelsFor(count), redis, execArgv });
  try {
    const { database } = system.postgres;
    await storm.prepare(system, count);
    const next = await mixedLoad(system, writers);
    const metricsPort = await freePort();
    // However late a reply is, it is sent: nobody waits for these.
    await system.startWorker({ METRICS_PORT: String(metricsPort), AUTO_REPLY_MAX_LATE_SECONDS: '86400' });
    const aheadSeconds = 15 + count / publishedPerSecond;
    const began = performance.now();
    for (const statement of storm.schedule) await database.query(statement, statement.includes('$1') ? [aheadSeconds] : []);
    say(`due in ${aheadSeconds.toFixed(0)} s`);
    await pause(Math.max(0, began + aheadSeconds * 1_000 - performance.now()));

    const looks = { all: 0, unready: 0 };
    const over = new AbortController();
    const watching = [system.metricsUrl, `http://127.0.0.1:${metricsPort}`].map((url) =>
      watchReadiness(`${url}/readyz`, looks, over.signal),
    );
    const p95s: number[] = [];
    let errors = 0;
    const since = performance.now();
    let now = await progressOf(database, storm);
    while ((now.done < count || now.left > 0) && performance.now() - since < limitMs) {
      const slice = await applyPacedLoad({ url: system.apiUrl, connections, seconds: sliceSeconds, perSecond, next });
      p95s.push(slice.p95);
      errors += slice.errors;
      now = await progressOf(database, storm);
      say(`${now.done.toLocaleString('en-US')} done, ${now.left.toLocaleString('en-US')} left, p95 of the API ${slice.p95.toFixed(1)} ms`);
    }
    over.abort();
    await Promise.all(watching);
    const times = await timesOf(database, storm);
    const figure = (which: string, value: string, goal: string) => ({ bench: 'due', what: `${what}: ${which}`, value, goal });
    return [
      figure('done, and left', `${now.done}, ${now.left}`, `${count}, 0`),
      figure('the first after', `${times.first.toFixed(1)} s`, '≤ 5 s'),
      figure(
        'those of that moment after, and all of them',
        `${times.last.toFixed(0)} s, ${times.lastOfAll.toFixed(0)} s, ${Math.round(now.done / times.lastOfAll).toLocaleString('en-US')}/s`,
        storm.latest,
      ),
      figure('how late, p95', `${times.p95.toFixed(1)} s`, 'none'),
      figure('by how much the order of due times was broken, at most', `${times.overtaken.toFixed(1)} s`, '≤ 60 s'),
      figure('looks at worker and API, and those that found one not ready', `${looks.all}, ${looks.unready}`, 'none not ready'),
      figure(
        'p95 of the API, the middle and the worst',
        `${percentiles(p95s).p50.toFixed(1)} ms, ${Math.max(...p95s).toFixed(1)} ms`,
        '< 100 ms',
      ),
      figure('errors of the API', String(errors), '0'),
    ];
  } finally {
    await system.stop();
  }
}

async function watchReadiness(url: string, looks: { all: number; unready: number }, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isReady = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    looks.all += 1;
    if (!isReady) looks.unready += 1;
    await pause(readinessEveryMs, undefined, { signal }).catch(() => {});
  }
}
