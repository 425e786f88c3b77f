import type { IQueueBackend, Job, Queue, Worker } from 'bullmq';

/** Job data as it lies in the queue. It is checked against the catalog before anybody uses it. */
export type JobPayload = Record<string, unknown>;

/** BullMQ's queue and worker, whatever store holds the jobs. */
export type JobQueue = Queue<JobPayload, unknown, string, JobPayload, unknown, string, IQueueBackend>;
export type JobWorker = Worker<JobPayload, unknown, string, IQueueBackend>;

/** `signal` is aborted when the job has to stop: at shutdown, or when another worker took it over. */
export type JobProcessor = (job: Job<JobPayload>, token: string | undefined, signal: AbortSignal | undefined) => Promise<unknown>;
