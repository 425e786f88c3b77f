import { createEnqueuer, createQueueBackend } from '@mood/queue';
import { untilDrained } from '@mood/testing/drained';
import { openQueues } from '@mood/testing/queues';
import { answerMessages } from './support/answer-messages.ts';
import type { BenchOptions } from './support/bench.ts';
import type { Figure, Report } from './support/report.ts';
import { median } from './support/rounds.ts';
import { startBenchSystem } from './support/system.ts';

const models = 2_000;
const users = 1_000;
const messages = 4_000;
const limitMs = 120_000;
const numbers = [1, 2, 4];

/** Replies by one worker, by two and by four on this machine: more of them never do less. */
export async function benchWorkers(options: BenchOptions): Promise<Report> {
  const figures: Figure[] = [];
  for (const redis of [false, true]) figures.push(...(await workersOn(redis, options)));
  return { rows: [], figures };
}

async function workersOn(redis: boolean, { say, rounds, execArgv }: BenchOptions): Promise<Figure[]> {
  const store = redis ? 'Redis' : 'PostgreSQL';
  say(`starting a system with its queues in ${store}`);
  const system = await startBenchSystem({ models, redis, execArgv });
  const queues = await openQueues(system.env);
  const backend = createQueueBackend({ redisUrl: system.env['REDIS_URL'], databaseUrl: system.env['DATABASE_URL'] });
  try {
    await backend.ready();
    const enqueuer = createEnqueuer(backend);
    const { database } = system.postgres;
    await database.query('UPDATE model_mood_states SET response_delay = 0');
    const userIds = await system.platform.createUsers(users, 'gold');
    const figures: Figure[] = [];
    let running = 0;
    for (const number of numbers) {
      for (; running < number; running += 1) await system.startWorker();
      const perSecond: number[] = [];
      // The first round warms up.
      for (let round = 0; round <= rounds; round += 1) {
        const result = await answerMessages(system, enqueuer, { messages, userIds, limitMs });
        await untilDrained({ database, queues: async () => queues }, limitMs);
        say(`${number} workers, round ${round}: ${Math.round(result.perSecond)}/s`);
        if (round > 0) perSecond.push(result.perSecond);
      }
      figures.push({
        bench: 'workers',
        what: `${store}: replies by ${number} ${number === 1 ? 'worker' : 'workers'}`,
        value: `${Math.round(median(perSecond))}/s`,
        goal: number === 1 ? '' : 'no less than by fewer',
      });
    }
    return figures;
  } finally {
    await queues.close();
    await backend.close();
    await system.stop();
  }
}
