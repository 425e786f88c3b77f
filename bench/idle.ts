import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createApiClient } from '@mood/testing/api-client';
import { walBetween, walPosition } from '@mood/testing/wal';
import type { WalShare } from '@mood/testing/wal';
import { messageOf, timesOfReplies } from './support/answer-messages.ts';
import type { BenchOptions } from './support/bench.ts';
import { percentiles } from './support/load.ts';
import type { Figure, Report } from './support/report.ts';
import { countStatements, loggedStatements } from './support/statement-log.ts';
import { startBenchDatabase, startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';

const models = 20;
/** Until what a start does is over, and waits have become as long as they get; and until PostgreSQL has counted anew what was cleared up then. */
const settleSeconds = 90;
/** Three of PostgreSQL's checkpoints, and a bucket of analytics from its end to the next: what is written anew after each of them is in it. */
const restSeconds = 900;
const replies = 20;
/** Before each message, so that everything rests. */
const restMs = 4_000;
const answerLimitMs = 30_000;

interface Resting {
  /** Where the queues are. */
  store: string;
  system: BenchSystem;
}

/** What processes cost that have nothing to do, and how soon a message is answered then. Both stores of queues rest at the same time. */
export async function benchIdle({ say, execArgv }: BenchOptions): Promise<Report> {
  const resting: Resting[] = [];
  const empty = await startBenchDatabase();
  try {
    for (const redis of [false, true]) {
      const store = redis ? 'Redis' : 'PostgreSQL';
      say(`starting a system with its queues in ${store}`);
      const system = await startBenchSystem({ models, redis, execArgv, postgresSettings: loggedStatements });
      resting.push({ store, system });
      await system.startWorker();
      await system.postgres.database.query('UPDATE model_mood_states SET response_delay = 0');
    }
    const databases = [empty.postgres.database, ...resting.map(({ system }) => system.postgres.database)];
    const onAll = (statement: string) => Promise.all(databases.map((database) => database.query(statement)));
    await pause(settleSeconds * 1_000);
    // What has been migrated and seeded is cleared up as if that had been long ago: it would be, once, while we look.
    await Promise.all(databases.map(walPosition));
    await onAll('VACUUM (FREEZE, ANALYZE)');
    await pause(settleSeconds * 1_000);
    await onAll('CHECKPOINT');
    const from = Date.now();
    const starts = await Promise.all(databases.map(walPosition));
    say(`nothing, for ${restSeconds} s`);
    await pause(restSeconds * 1_000);
    const until = Date.now();
    const written = await Promise.all(
      databases.map(async (database, nth) => walBetween(database, starts[nth] ?? '', await walPosition(database))),
    );
    const perDay = 86_400_000 / (until - from) / 2 ** 20;
    const figures = [figureOf('PostgreSQL without any process', describe(written[0] ?? [], perDay), 'none')];
    for (const [nth, { store, system }] of resting.entries()) {
      figures.push(...(await statementsOf(store, system, { from, until, say })));
      const shares = written[nth + 1] ?? [];
      for (const { of, records, bytes, pageBytes } of shares) {
        const [all, pages] = [bytes, pageBytes].map((some) => (some * perDay).toFixed(1).padStart(6));
        say(`${store}, MiB of WAL a day: ${all}, ${pages} of it whole pages, ${records} records  ${of}`);
      }
      figures.push(figureOf(`${store}: WAL of an API and a worker`, describe(shares, perDay), '≤ 50 MiB for each process'));
      say(`${store}: a message every ${restMs / 1_000} s`);
      const times = percentiles(await answerOneByOne(system));
      const took = `${times.p50.toFixed(0)} ms, ${times.p95.toFixed(0)} ms`;
      figures.push(figureOf(`${store}: message over REST to reply, p50, p95`, took, 'as while there is work'));
    }
    return { rows: [], figures };
  } finally {
    for (const { system } of resting) await system.stop();
    await empty.postgres.remove();
  }
}

const figureOf = (what: string, value: string, goal: string): Figure => ({ bench: 'idle', what, value, goal });

function describe(shares: readonly WalShare[], perDay: number): string {
  const sum = (part: 'bytes' | 'pageBytes') => (shares.reduce((all, share) => all + share[part], 0) * perDay).toFixed(1);
  return `${sum('bytes')} MiB a day, ${sum('pageBytes')} of it whole pages after checkpoints`;
}

async function statementsOf(
  store: string,
  { postgres }: BenchSystem,
  { from, until, say }: { from: number; until: number; say: (line: string) => void },
): Promise<Figure[]> {
  const counts = await countStatements(postgres.folder, from, until);
  const seconds = (until - from) / 1_000;
  for (const { application, statement, count } of counts)
    say(`${(count / seconds).toFixed(2).padStart(6)}/s  ${store}, ${application}: ${statement}`);
  const of = (application: string) =>
    counts.filter((one) => one.application.startsWith(application)).reduce((sum, { count }) => sum + count, 0) / seconds;
  return [
    figureOf(`${store}: statements of the API`, `${of('mood-api').toFixed(1)}/s`, '≤ 5/s'),
    figureOf(`${store}: statements of the worker`, `${of('mood-worker').toFixed(1)}/s`, '≤ 5/s'),
  ];
}

/** @returns milliseconds from each message to its reply. */
async function answerOneByOne(system: BenchSystem): Promise<number[]> {
  const api = await createApiClient(system.apiUrl);
  const token = await system.platform.token('service', undefined, { scope: 'auto-replies:write' });
  const [userId = ''] = await system.platform.createUsers(1);
  const conversation = `idle-${randomUUID()}`;
  for (let turn = 0; turn < replies; turn += 1) {
    // Not in step with whoever looks once in a while.
    await pause(restMs + Math.random() * 1_000);
    const { data } = messageOf(`${conversation}-${turn}`, system.models[turn % models] ?? '', userId);
    const { status } = await api.post('/api/v1/auto-replies', data, token);
    if (status >= 300) throw new Error(`a message was refused: ${status}`);
  }
  return timesOfReplies(system, { conversation, replies, limitMs: answerLimitMs });
}
