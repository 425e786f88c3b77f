import { setTimeout as pause } from 'node:timers/promises';
import { untilDrained } from '@mood/testing/drained';
import { openQueues } from '@mood/testing/queues';
import type { BenchOptions } from '../support/bench.ts';
import { percentiles } from '../support/load.ts';
import { mixedLoad } from '../support/mixed-load.ts';
import { applyPacedLoad } from '../support/paced-load.ts';
import { noteReplies } from '../support/note-replies.ts';
import type { Figure } from '../support/report.ts';
import { startBenchSystem } from '../support/system.ts';

const models = 5_000;
const connections = 32;
const perSecond = 200;
/** So long at a time the load is applied, until the backlog is gone. */
const sliceSeconds = 5;
const limitMs = 1_800_000;
/** Replies that fell due while no worker ran: how long they take when one starts, and what that does to the API. */
export async function benchBacklog({ say, backlog, execArgv }: BenchOptions): Promise<Figure[]> {
  const count = backlog.toLocaleString('en-US');
  say(`starting a system with ${count} replies overdue`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  const queues = await openQueues(system.env);
  try {
    const { database } = system.postgres;
    await noteReplies(system, backlog);
    const next = await mixedLoad(system, models);
    say('warming up the API');
    await applyPacedLoad({ url: system.apiUrl, connections, seconds: sliceSeconds, perSecond, next });

    say('the worker starts');
    const began = performance.now();
    await system.startWorker();
    const progress = { isDrained: false };
    const draining = untilDrained({ database, queues: async () => queues }, limitMs).then(() => {
      progress.isDrained = true;
      return (performance.now() - began) / 1_000;
    });
    const p95s: number[] = [];
    let errors = 0;
    while (!progress.isDrained) {
      const slice = await Promise.race([
        applyPacedLoad({ url: system.apiUrl, connections, seconds: sliceSeconds, perSecond, next }),
        draining.then(() => pause(sliceSeconds * 1_000)),
      ]);
      if (slice === undefined) break;
      p95s.push(slice.p95);
      errors += slice.errors;
      const [row] = await database.query<{ left: number }>(`SELECT count(*)::integer AS left FROM auto_replies WHERE status <> 'sent'`);
      say(`${(row?.left ?? 0).toLocaleString('en-US')} replies left, p95 of the API ${slice.p95.toFixed(1)} ms`);
    }
    const seconds = await draining;
    const counters = await system.platform.counters();
    const [sent] = await database.query<{ count: number }>(`SELECT count(*)::integer FROM auto_replies WHERE status = 'sent'`);
    const figure = (what: string, value: string, goal: string) => ({
      bench: 'scale',
      what: `${count} replies overdue: ${what}`,
      value,
      goal,
    });
    return [
      figure('drained in', `${seconds.toFixed(0)} s, ${Math.round(backlog / seconds).toLocaleString('en-US')}/s`, 'all of them'),
      figure('sent, and messages that the Message Service got', `${sent?.count ?? 0}, ${counters['messages'] ?? 0}`, `${backlog} each`),
      figure(
        `p95 of the API meanwhile, ${perSecond}/s, the middle and the worst ${sliceSeconds} s`,
        `${percentiles(p95s).p50.toFixed(1)} ms, ${Math.max(...p95s).toFixed(1)} ms`,
        '< 100 ms',
      ),
      figure('errors of the API meanwhile', String(errors), '0'),
    ];
  } finally {
    await queues.close();
    await system.stop();
  }
}
