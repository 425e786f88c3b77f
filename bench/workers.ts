import { createEnqueuer, createQueueBackend } from '@mood/queue';
import { untilDrained } from '@mood/testing/drained';
import { openQueues } from '@mood/testing/queues';
import { answerMessages } from './support/answer-messages.ts';
import type { BenchOptions } from './support/bench.ts';
import { applyLoad } from './support/load.ts';
import { mixedLoad } from './support/mixed-load.ts';
import type { QuietProcess } from './support/quiet-process.ts';
import type { Figure, Report } from './support/report.ts';
import { median } from './support/rounds.ts';
import { startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';

const models = 2_000;
const users = 1_000;
const messages = 4_000;
/** A process that has just been started is slow. */
const warmUpMessages = 1_000;
const warmUpSeconds = 3;
const connections = 32;
const limitMs = 300_000;
const numbers = [1, 2, 4];

/** What one, two and four workers, and APIs, carry on this machine: more of them never carry less. */
export async function benchWorkers(options: BenchOptions): Promise<Report> {
  const figures: Figure[] = [];
  for (const redis of [false, true]) {
    const store = redis ? 'Redis' : 'PostgreSQL';
    options.say(`starting a system with its queues in ${store}`);
    const system = await startBenchSystem({ models, redis, execArgv: options.execArgv });
    try {
      await system.postgres.database.query('UPDATE model_mood_states SET response_delay = 0');
      figures.push(...(await apisOf(system, store, options)));
      figures.push(...(await workersOf(system, store, options)));
    } finally {
      await system.stop();
    }
  }
  return { rows: [], figures };
}

async function apisOf(system: BenchSystem, store: string, { say, rounds, seconds }: BenchOptions): Promise<Figure[]> {
  const next = await mixedLoad(system, models);
  const urls = new Map<QuietProcess, string>();
  const start = async () => {
    const { api, url } = await system.startApi();
    urls.set(api, url);
    return api;
  };
  /** Beside the one that the system begins with. */
  const more: QuietProcess[] = [];
  const all = () => [system.apiUrl, ...more.map((api) => urls.get(api) ?? '')];
  const load = (forSeconds: number) =>
    Promise.all(all().map((url) => applyLoad({ url, connections: connections / all().length, seconds: forSeconds, next })));
  const figures = await byNumber(`${store}: requests by APIs, a mixed load`, { say, rounds }, async (number) => {
    await haveRunning(more, number - 1, start);
    await load(warmUpSeconds);
    return (await load(seconds)).reduce((sum, { perSecond }) => sum + perSecond, 0);
  });
  await haveRunning(more, 0, start);
  return figures;
}

async function workersOf(system: BenchSystem, store: string, { say, rounds }: BenchOptions): Promise<Figure[]> {
  const queues = await openQueues(system.env);
  const backend = createQueueBackend({ redisUrl: system.env['REDIS_URL'], databaseUrl: system.env['DATABASE_URL'] });
  try {
    await backend.ready();
    const enqueuer = createEnqueuer(backend);
    const { database } = system.postgres;
    const userIds = await system.platform.createUsers(users, 'gold');
    const workers: QuietProcess[] = [];
    const answer = async (count: number) => {
      const result = await answerMessages(system, enqueuer, { messages: count, userIds, limitMs });
      await untilDrained({ database, queues: async () => queues }, limitMs);
      return result.perSecond;
    };
    return await byNumber(`${store}: replies by workers`, { say, rounds }, async (number) => {
      await haveRunning(workers, number, () => system.startWorker());
      await answer(warmUpMessages);
      return answer(messages);
    });
  } finally {
    await queues.close();
    await backend.close();
  }
}

/** Starts processes, or stops the last of them, until there are so many. */
async function haveRunning(processes: QuietProcess[], number: number, start: () => Promise<QuietProcess>): Promise<void> {
  while (processes.length < number) processes.push(await start());
  for (const process of processes.splice(number)) await process.stop();
}

/** Measures each number once a round, upwards and downwards in turns, so that what the machine does besides meets all of them. */
async function byNumber(
  what: string,
  { say, rounds }: Pick<BenchOptions, 'say' | 'rounds'>,
  measure: (number: number) => Promise<number>,
): Promise<Figure[]> {
  const found = new Map<number, number[]>(numbers.map((number) => [number, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const number of round % 2 === 1 ? numbers : numbers.toReversed()) {
      const perSecond = await measure(number);
      say(`${what}, round ${round} of ${rounds}: ${Math.round(perSecond)}/s by ${number}`);
      found.get(number)?.push(perSecond);
    }
  }
  return numbers.map((number, nth) => {
    const rates = found.get(number) ?? [];
    const fewer = found.get(numbers[nth - 1] ?? NaN);
    const ratio = fewer && `, × ${median(rates.map((rate, round) => rate / (fewer[round] ?? NaN))).toFixed(2)} of ${numbers[nth - 1]}`;
    return {
      bench: 'workers',
      what: `${what}, ${number}`,
      value: `${Math.round(median(rates))}/s${ratio ?? ''}`,
      goal: fewer === undefined ? 'none' : 'no less than by fewer',
    };
  });
}
