/**
 * What an administrator may do on the board: look; run failed jobs again, and delayed ones now; remove a job, and all that have failed;
 * pause. By the board's own names of its calls. All others are refused: adding and editing jobs by hand, emptying and obliterating
 * queues, their rates and schedules, and what tells about hosts (the statistics of Redis, the addresses of workers).
 */
const allowed: ReadonlySet<string> = new Set([
  'get /api/queues',
  'get /api/queues/:queueName/:jobId',
  'get /api/queues/:queueName/:jobId/logs',
  'get /api/queues/:queueName/:jobId/flow',
  'get /api/queues/:queueName/default-job-options',
  'get /api/queues/:queueName/job-data-schema',
  'get /api/queues/:queueName/rate-limit',
  'get /api/job-schedulers',
  'put /api/queues/pause',
  'put /api/queues/resume',
  'put /api/queues/:queueName/pause',
  'put /api/queues/:queueName/resume',
  'put /api/queues/:queueName/promote',
  'put /api/queues/:queueName/retry/:queueStatus',
  'put /api/queues/:queueName/clean/:queueStatus',
  'put /api/queues/:queueName/:jobId/retry',
  'put /api/queues/:queueName/:jobId/promote',
  'put /api/queues/:queueName/:jobId/clean',
]);

/** @param status of the jobs that a call is about, when it is about all of one status: only failed ones are retried or removed at once. */
export function isAllowed(method: string, route: string, status: string | undefined): boolean {
  return allowed.has(`${method} ${route}`) && (status === undefined || status === 'failed');
}
