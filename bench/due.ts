import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@mood/testing/free-port';
import type { BenchOptions } from './support/bench.ts';
import { mixedLoad } from './support/mixed-load.ts';
import { noteReplies } from './support/note-replies.ts';
import { applyPacedLoad } from './support/paced-load.ts';
import { percentiles } from './support/load.ts';
import type { Figure, Report } from './support/report.ts';
import { startBenchSystem } from './support/system.ts';

const models = 5_000;
const connections = 32;
const perSecond = 100;
const sliceSeconds = 5;
const readinessEveryMs = 250;
const limitMs = 1_200_000;
/** From the worker's start to the moment: so many promises a second are surely published in that time, if anybody wants to. */
const publishedPerSecond = 3_000;

const progress = `SELECT count(*) FILTER (WHERE status = 'sent')::integer AS sent,
  coalesce(extract(epoch FROM min(sent_at) - min(due_at)), 0)::float AS first,
  coalesce(extract(epoch FROM max(sent_at) - min(due_at)), 0)::float AS last FROM auto_replies`;

/** Replies that are all due at one moment, with a worker running: how late they are, in each store of queues, and whether anybody stands still. */
export async function benchDue(options: BenchOptions): Promise<Report> {
  const figures: Figure[] = [];
  for (const redis of [false, true]) figures.push(...(await dueAtOnce(options, redis)));
  return { rows: [], figures };
}

async function dueAtOnce({ say, backlog, execArgv }: BenchOptions, redis: boolean): Promise<Figure[]> {
  const what = `${backlog.toLocaleString('en-US')} replies due at one moment, ${redis ? 'Redis' : 'PostgreSQL'}`;
  say(`${what}: starting`);
  const system = await startBenchSystem({ models, redis, execArgv });
  try {
    const { database } = system.postgres;
    await noteReplies(system, backlog);
    const next = await mixedLoad(system, models);
    const metricsPort = await freePort();
    await system.startWorker({ METRICS_PORT: String(metricsPort) });
    const aheadSeconds = 15 + backlog / publishedPerSecond;
    for (const table of ['auto_replies', 'outbox']) {
      await database.query(`UPDATE ${table} SET due_at = date_trunc('second', now()) + make_interval(secs => $1)`, [aheadSeconds]);
    }
    say(`due in ${aheadSeconds.toFixed(0)} s`);
    await pause(aheadSeconds * 1_000);

    const looks = { all: 0, unready: 0 };
    const done = new AbortController();
    const watching = watchReadiness(`http://127.0.0.1:${metricsPort}/readyz`, looks, done.signal);
    const p95s: number[] = [];
    let errors = 0;
    const began = performance.now();
    let now = { sent: 0, first: 0, last: 0 };
    while (now.sent < backlog && performance.now() - began < limitMs) {
      const slice = await applyPacedLoad({ url: system.apiUrl, connections, seconds: sliceSeconds, perSecond, next });
      p95s.push(slice.p95);
      errors += slice.errors;
      const [row] = await database.query<typeof now>(progress);
      now = row ?? now;
      say(`${now.sent.toLocaleString('en-US')} sent, p95 of the API ${slice.p95.toFixed(1)} ms`);
    }
    done.abort();
    await watching;
    const figure = (which: string, value: string, goal: string) => ({ bench: 'due', what: `${what}: ${which}`, value, goal });
    return [
      figure('sent', String(now.sent), String(backlog)),
      figure('the first after', `${now.first.toFixed(1)} s`, '≤ 5 s'),
      figure('all after', `${now.last.toFixed(0)} s, ${Math.round(now.sent / now.last).toLocaleString('en-US')}/s`, 'all of them'),
      figure('looks at the worker, and those that found it not ready', `${looks.all}, ${looks.unready}`, 'none not ready'),
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
