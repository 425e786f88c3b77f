import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { applicationRole } from '@mood/db';
import { createEnqueuer, createQueueBackend, migrateQueueSchema } from '@mood/queue';
import type { Enqueuer } from '@mood/queue';
import { untilDrained } from '@mood/testing/drained';
import { eventually } from '@mood/testing/eventually';
import { inBatches } from '@mood/testing/in-batches';
import { openQueues } from '@mood/testing/queues';
import { answerMessages, messageOf } from './support/answer-messages.ts';
import type { BenchOptions } from './support/bench.ts';
import { percentiles, summarise } from './support/load.ts';
import type { LoadResult } from './support/load.ts';
import { startQuietProcess } from './support/quiet-process.ts';
import { rowsOf } from './support/report.ts';
import type { Figure, Report } from './support/report.ts';
import { interleave, measure } from './support/rounds.ts';
import { seedModels } from './support/seed.ts';
import { startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';
import { measureWorkTables, workTablesFigure } from './support/work-tables.ts';
import type { WorkTables } from './support/work-tables.ts';

/** Of one round: some seconds of work. */
const messages = 4_000;
const models = 2_000;
const users = 1_000;
/** As `WORKER_CONCURRENCY` is when nobody sets it. */
const concurrency = 50;
const drainLimitMs = 120_000;
const paced = { perSecond: 100, delaySeconds: 3 };

/** Messages in, automatic replies out, without a delay, beside jobs that do nothing in the same store; and how late replies are that have one. */
export async function benchPipeline(options: BenchOptions): Promise<Report> {
  const reports = [];
  for (const redis of [true, false]) reports.push(await benchStore(redis, options));
  return { rows: reports.flatMap(({ rows }) => rows), figures: reports.flatMap(({ figures }) => figures) };
}

async function benchStore(redis: boolean, { say, rounds, seconds, execArgv }: BenchOptions): Promise<Report> {
  const store = redis ? 'Redis' : 'PostgreSQL';
  say(`starting a system with its queues in ${store}`);
  const system = await startBenchSystem({ models, redis, execArgv });
  const ofFloor = { ...system.env, QUEUE_PREFIX: 'floor', QUEUE_SCHEMA: 'floor' };
  await migrateQueueSchema({ databaseUrl: system.postgres.database.url, schema: 'floor', applicationRole });
  const floor = await startQuietProcess('bench/floors/no-op-jobs.ts', ofFloor);
  const queues = await openQueues(system.env);
  const backend = createQueueBackend({ redisUrl: system.env['REDIS_URL'], databaseUrl: system.env['DATABASE_URL'] });
  try {
    await backend.ready();
    const enqueuer = createEnqueuer(backend);
    const worker = await system.startWorker();
    const { database } = system.postgres;
    await database.query('UPDATE model_mood_states SET response_delay = 0');
    const userIds = await system.platform.createUsers(users, 'gold');
    const drained = () => untilDrained({ database, queues: async () => queues }, drainLimitMs);
    const tables: WorkTables[] = [];
    const results = await interleave(
      rounds,
      [
        {
          name: `jobs that do nothing, ${store}`,
          run: () => measure(floor, async () => readFloor(await floor.ask({ jobs: messages, concurrency, userIds: [] }))),
        },
        {
          name: `jobs that only make its calls, ${store}`,
          run: () => measure(floor, async () => readFloor(await floor.ask({ jobs: messages, concurrency, userIds }))),
        },
        {
          name: `message in, automatic reply out, ${store}`,
          async run() {
            const result = await measure(worker, () => answerMessages(system, enqueuer, { messages, userIds, limitMs: drainLimitMs }));
            await drained();
            tables.push(await measureWorkTables(database, !redis));
            return result;
          },
        },
      ],
      say,
    );
    say(`${paced.perSecond} messages a second, with a delay of ${paced.delaySeconds} s`);
    const slowModels = await seedModels(database, system.platform, models);
    await database.query('UPDATE model_mood_states SET response_delay = $1 WHERE model_id = ANY($2)', [paced.delaySeconds, slowModels]);
    const lateness = await answerPacedMessages(system, enqueuer, slowModels, userIds, Math.max(10, seconds));
    await drained();
    const leftovers = workTablesFigure(`${redis ? 'outbox' : 'outbox and queues'}, ${store}`, tables);
    return { rows: rowsOf('pipeline', results), figures: [...latenessFigures(store, lateness), leftovers] };
  } finally {
    await floor.stop();
    await queues.close();
    await backend.close();
    await system.stop();
  }
}

/** @returns by how many milliseconds each reply reached the message service after it was due; less than nothing when it was early. */
async function answerPacedMessages(
  system: BenchSystem,
  enqueuer: Enqueuer,
  modelIds: readonly string[],
  userIds: readonly string[],
  seconds: number,
): Promise<number[]> {
  const conversation = `paced-${randomUUID()}`;
  const count = paced.perSecond * seconds;
  const began = performance.now();
  const added: Promise<string[]>[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const at = began + (turn * 1_000) / paced.perSecond;
    if (at > performance.now()) await pause(at - performance.now());
    added.push(
      enqueuer.addBulk([messageOf(`${conversation}-${turn}`, modelIds[turn % modelIds.length] ?? '', userIds[turn % users] ?? '')]),
    );
  }
  await Promise.all(added);
  const rows = await eventually(
    () =>
      system.postgres.database.query<{ conversation_id: string; due_at: Date }>(
        `SELECT conversation_id, due_at FROM auto_replies WHERE conversation_id LIKE $1 AND status = 'sent'`,
        [`${conversation}-%`],
      ),
    (found) => found.length >= count,
    drainLimitMs,
  );
  const late = await inBatches(rows, 50, async ({ conversation_id: id, due_at: dueAt }) => {
    const messages = await system.platform.automatedMessages(id);
    return messages.map(({ sentAt }) => Date.parse(sentAt) - dueAt.getTime());
  });
  return late.flat();
}

function latenessFigures(store: string, lateness: number[]): Figure[] {
  const { p50, p95, p99 } = percentiles(lateness);
  const early = lateness.filter((ms) => ms < 0).length;
  const what = `replies due at ${paced.perSecond}/s, ${store}`;
  return [
    {
      bench: 'pipeline',
      what: `${what}: lateness p50, p95, p99`,
      value: [p50, p95, p99].map((ms) => `${ms.toFixed(0)} ms`).join(', '),
      goal: 'p95 ≤ 1 s',
    },
    { bench: 'pipeline', what: `${what}: sent early, of ${lateness.length}`, value: String(early), goal: '0' },
  ];
}

function readFloor(answer: unknown): LoadResult {
  if (typeof answer !== 'object' || answer === null || !('times' in answer) || !Array.isArray(answer.times) || !('seconds' in answer))
    throw new Error('the floor did not say what it measured');
  return summarise(answer.times.map(Number), Number(answer.seconds), 0);
}
