import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createApiClient } from '@mood/testing/api-client';
import { messageOf, timesOfReplies } from './support/answer-messages.ts';
import type { BenchOptions } from './support/bench.ts';
import { percentiles } from './support/load.ts';
import type { Figure, Report } from './support/report.ts';
import { countStatements, loggedStatements } from './support/statement-log.ts';
import { startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';

const models = 20;
/** Until what a start does is over, and waits have become as long as they get. */
const settleSeconds = 90;
/** As PostgreSQL's checkpoints: what is written anew after each of them is in it once. */
const walSeconds = 300;
const replies = 20;
/** Before each message, so that everything rests. */
const restMs = 4_000;
const answerLimitMs = 30_000;

/** What processes cost that have nothing to do, and how soon a message is answered then. */
export async function benchIdle(options: BenchOptions): Promise<Report> {
  const figures: Figure[] = [];
  for (const redis of [false, true]) figures.push(...(await idleOn(redis, options)));
  return { rows: [], figures };
}

async function idleOn(redis: boolean, { say, execArgv }: BenchOptions): Promise<Figure[]> {
  const store = redis ? 'Redis' : 'PostgreSQL';
  say(`starting a system with its queues in ${store}`);
  const system = await startBenchSystem({ models, redis, execArgv, postgresSettings: loggedStatements });
  try {
    await system.startWorker();
    const { database } = system.postgres;
    await database.query('UPDATE model_mood_states SET response_delay = 0');
    await pause(settleSeconds * 1_000);
    const position = async () => {
      const [row] = await database.query<{ bytes: number }>(`SELECT (pg_current_wal_lsn() - '0/0')::float8 AS bytes`);
      return row?.bytes ?? NaN;
    };
    await database.query('CHECKPOINT');
    const [from, fromBytes] = [Date.now(), await position()];
    say(`nothing, for ${walSeconds} s`);
    await pause(walSeconds * 1_000);
    const [until, written] = [Date.now(), (await position()) - fromBytes];
    const counts = await countStatements(system.postgres.folder, from, until);
    const seconds = (until - from) / 1_000;
    const of = (application: string) =>
      counts.filter((one) => one.application.startsWith(application)).reduce((sum, { count }) => sum + count, 0) / seconds;
    for (const { application, statement, count } of counts)
      say(`${(count / seconds).toFixed(2).padStart(6)}/s  ${application}: ${statement}`);
    say(`a message every ${restMs / 1_000} s`);
    const times = percentiles(await answerOneByOne(system));
    const figure = (what: string, value: string, goal: string) => ({ bench: 'idle', what: `${store}: ${what}`, value, goal });
    return [
      figure('statements of the API', `${of('mood-api').toFixed(1)}/s`, '≤ 5/s'),
      figure('statements of the worker', `${of('mood-worker').toFixed(1)}/s`, '≤ 5/s'),
      figure('WAL of all', `${((written / seconds) * (86_400 / 2 ** 20)).toFixed(0)} MiB a day`, '≤ 50 MiB for each process'),
      figure('message over REST to reply, p50, p95', `${times.p50.toFixed(0)} ms, ${times.p95.toFixed(0)} ms`, 'as while there is work'),
    ];
  } finally {
    await system.stop();
  }
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
