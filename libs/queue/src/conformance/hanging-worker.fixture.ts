import { createQueueBackend } from '../backend.ts';

/** A worker process that takes a job of the queue `auto-reply`, tells its parent, and never ends it. */
const backend = createQueueBackend(JSON.parse(process.env['QUEUE_STORE'] ?? '{}'));
await backend.ready();
backend.createWorker(
  'auto-reply',
  (job) => {
    process.send?.(job.id);
    return new Promise(() => {});
  },
  { concurrency: 1 },
);
