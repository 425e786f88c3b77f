import { randomUUID } from 'node:crypto';
import { createQueueBackend } from '@mood/queue';

/**
 * The floor of the auto-reply pipeline: jobs that do nothing, in the same store, at the same concurrency. Told `{jobs, concurrency}`, it
 * answers with how long each took from being added to having run, in milliseconds, and how long all of them took, in seconds.
 */
interface Order {
  jobs: number;
  concurrency: number;
}

const jobsPerCall = 500;
const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, QUEUE_PREFIX: prefix, QUEUE_SCHEMA: schema } = process.env;
const backend = createQueueBackend({ redisUrl, databaseUrl, prefix, schema, applicationName: 'no-op-jobs' });
await backend.ready();
const queue = backend.createQueue('auto-reply');

let done = (_addedAt: number): void => {};
let worker: ReturnType<typeof backend.createWorker> | undefined;

async function run({ jobs, concurrency }: Order): Promise<{ times: number[]; seconds: number }> {
  worker ??= backend.createWorker('auto-reply', async (job) => done(job.timestamp), { concurrency });
  const times: number[] = [];
  const began = performance.now();
  const all = new Promise<void>((resolve) => {
    done = (addedAt) => {
      times.push(Date.now() - addedAt);
      if (times.length === jobs) resolve();
    };
  });
  for (let added = 0; added < jobs; added += jobsPerCall) {
    // As large as a message's job.
    const data = { messageId: randomUUID(), conversationId: randomUUID(), modelId: randomUUID(), userId: randomUUID() };
    const some = Array.from({ length: Math.min(jobsPerCall, jobs - added) }, () => ({
      name: 'no-op',
      data,
      opts: { jobId: `n-${randomUUID()}` },
    }));
    await queue.addBulk(some);
  }
  await all;
  return { times, seconds: (performance.now() - began) / 1_000 };
}

process.on('message', (order: Order) => {
  void run(order).then((result) => process.send?.(result));
});
process.on('SIGTERM', () => void backend.close().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
