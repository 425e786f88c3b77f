import { randomUUID } from 'node:crypto';
import { createMessageGateway, createUserDirectory } from '@mood/platform';
import { createQueueBackend } from '@mood/queue';

/**
 * The floors of the auto-reply pipeline: jobs that do nothing, or that make the calls to the platform which a reply needs and nothing else, in
 * the same store, at the same concurrency. Answers with how long each took from being added to having run, in milliseconds, and how long all
 * of them took, in seconds.
 */
interface Order {
  jobs: number;
  concurrency: number;
  /** Of users, each asked for in turn and sent a message; none for jobs that do nothing. */
  userIds: readonly string[];
  /** How long each waits before it may run, in milliseconds; 0 when absent. */
  delayMs?: number;
}

const jobsPerCall = 500;
const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, QUEUE_PREFIX: prefix, QUEUE_SCHEMA: schema } = process.env;
const backend = createQueueBackend({ redisUrl, databaseUrl, prefix, schema, applicationName: 'no-op-jobs' });
await backend.ready();
const queue = backend.createQueue('auto-reply');

const services = { baseUrl: process.env['MESSAGE_SERVICE_URL'] ?? '', timeoutMs: 10_000 };
const users = createUserDirectory(services);
const messages = createMessageGateway(services);
const modelId = randomUUID();

async function callPlatform(userId: string): Promise<void> {
  const user = await users.findUser(userId);
  const text = `Thank you for your message, ${user?.displayName ?? 'friend'}. I will answer as soon as I can.`;
  await messages.sendMessage({ conversationId: randomUUID(), senderId: modelId, recipientId: userId, text }, randomUUID());
}

/** Of the order that is being carried out. */
let ofOrder: readonly string[] = [];
let turn = 0;
let done = (_addedAt: number): void => {};
let worker: ReturnType<typeof backend.createWorker> | undefined;

async function runJob(job: { timestamp: number }): Promise<void> {
  if (ofOrder.length > 0) await callPlatform(ofOrder[(turn += 1) % ofOrder.length] ?? '');
  done(job.timestamp);
}

async function run({ jobs, concurrency, userIds, delayMs = 0 }: Order): Promise<{ times: number[]; seconds: number }> {
  ofOrder = userIds;
  worker ??= backend.createWorker('auto-reply', runJob, { concurrency });
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
      opts: { jobId: `n-${randomUUID()}`, ...(delayMs > 0 && { delay: delayMs }) },
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
