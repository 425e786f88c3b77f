import { randomUUID } from 'node:crypto';
import { createEnqueuer, createQueueBackend } from '@mood/queue';
import { startQuietProcess } from '../support/quiet-process.ts';
import type { QuietProcess } from '../support/quiet-process.ts';
import { costOf, inTurns } from './in-turns.ts';
import type { Cost } from './in-turns.ts';
import type { Leftovers, Side, Sides } from './sides.ts';
import { forBoth } from './sides.ts';

const jobsPerCall = 1_000;
const reportEvery = 100_000;
const dayMs = 86_400_000;
const jobs = 500;
const concurrency = 50;
/** Over by the time that all of them have been added. */
const shortDelayMs = 50;
const times = 20;
/** What each worker asks of a queue in PostgreSQL every two seconds. It looks only while a job runs. */
const lookForStalled = `SELECT * FROM bullmq.move_stalled_jobs_to_wait('auto-reply', 50, $1, 2000)`;
const letOneRun = `UPDATE bullmq.job SET state = 'active', locked_until_ms = process_at_ms
  WHERE queue = 'auto-reply' AND id = (SELECT id FROM bullmq.job WHERE queue = 'auto-reply' AND state = 'delayed' LIMIT 1)`;
const noneRuns = `DELETE FROM bullmq.job WHERE queue = 'auto-reply' AND state = 'active'`;
/** Further than it waits between two looks. */
const lookEveryMs = 10_000;

/** Puts a delayed job for each model into the queue of replies, and takes jobs beside them. */
export async function measureQueues(
  sides: Sides<Side>,
  store: string,
  leftovers: Leftovers,
  { say, seconds }: { say: (line: string) => void; seconds: number },
): Promise<{ costs: Cost[]; takers: Sides<QuietProcess> }> {
  await forBoth(sides, (side) => addDelayed(side, say));
  const takers = await forBoth(sides, async ({ system }) => {
    const taker = await startQuietProcess('bench/floors/no-op-jobs.ts', system.env);
    leftovers.push(() => taker.stop());
    return taker;
  });
  const costs: Cost[] = [];
  const note = (cost: Cost) => {
    say(`${cost.what}: ${cost.figure.value}`);
    costs.push(cost);
  };
  for (const [what, delayMs] of [
    [`${jobs} jobs, added and taken beside delayed ones`, 0],
    [`${jobs} jobs that wait for a moment first, beside delayed ones`, shortDelayMs],
  ] as const) {
    const take = (side: keyof typeof takers) => () => takeJobs(takers[side], jobs, delayMs);
    note(costOf(`${what}, ${store}`, await inTurns({ small: take('small'), large: take('large') }, { times, seconds })));
  }
  if (sides.small.system.env['REDIS_URL'] === undefined) {
    await forBoth(sides, ({ database }) => database.postgres.database.query(letOneRun));
    let now = Date.now();
    const look =
      ({ database }: Side) =>
      async () =>
        void (await database.postgres.database.query(lookForStalled, [(now += lookEveryMs)]));
    const looked = await inTurns({ small: look(sides.small), large: look(sides.large) }, { times, seconds });
    await forBoth(sides, ({ database }) => database.postgres.database.query(noneRuns));
    note(costOf(`a look for stalled jobs, ${store}`, looked, { waitedFor: false }));
  }
  return { costs, takers };
}

/** @returns milliseconds until all of so many jobs have run. */
export async function takeJobs(taker: QuietProcess, count: number, delayMs = 0): Promise<number> {
  const answer = await taker.ask({ jobs: count, concurrency, userIds: [], delayMs });
  if (typeof answer !== 'object' || answer === null || !('seconds' in answer)) throw new Error('the jobs did not say how long they took');
  return Number(answer.seconds) * 1_000;
}

async function addDelayed({ name, data, system }: Side, say: (line: string) => void): Promise<void> {
  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl } = system.env;
  const backend = createQueueBackend({ redisUrl, databaseUrl, applicationName: 'bench' });
  try {
    await backend.ready();
    const enqueuer = createEnqueuer(backend);
    const count = data.size.models;
    for (let added = 0; added < count; added += jobsPerCall) {
      const some = Array.from({ length: Math.min(jobsPerCall, count - added) }, () => ({
        name: 'send-auto-reply' as const,
        data: { autoReplyId: randomUUID() },
        delayMs: 7 * dayMs + Math.random() * dayMs,
      }));
      await enqueuer.addBulk(some);
      if (added % reportEvery === 0 || added + jobsPerCall >= count) {
        say(`${name}: delayed jobs, ${Math.min(count, added + jobsPerCall).toLocaleString('en-US')} of ${count.toLocaleString('en-US')}`);
      }
    }
  } finally {
    await backend.close();
  }
}
