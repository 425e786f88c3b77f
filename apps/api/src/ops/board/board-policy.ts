import { describeIssues, DomainError } from '@mood/domain';
import { jobCatalog, shardNames } from '@mood/queue/catalog';
import { redact } from '@mood/runtime';
import { z } from 'zod';

/**
 * The actions that the board allows, by Bull Board's own routes: look at jobs; retry failed ones and promote delayed ones; remove a job, or
 * all failed ones; pause queues. Everything else is refused: adding and editing jobs, emptying and obliterating queues, their rates and
 * schedules, and what reveals hosts (statistics of Redis, addresses of workers).
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

/** @param status for calls about all jobs of one status: only failed ones may be retried or removed all at once. */
export function isAllowed(method: string, route: string, status: string | undefined): boolean {
  return allowed.has(`${method} ${route}`) && (status === undefined || status === 'failed');
}

/** The board sends an empty name while it shows all queues. */
const queue = z.enum(['', ...shardNames], 'expected the name of a queue');
const whole = (max: number) =>
  z.string().refine((text) => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= max, `expected a whole number from 1 to ${max}`);

/** The query parameters that Bull Board reads, bounded to what a queue can answer at once. It ignores all others. */
const boardQuery = z.object({
  activeQueue: queue.optional(),
  queueName: queue.optional(),
  status: z
    .enum(
      ['latest', 'active', 'waiting', 'waiting-children', 'prioritized', 'completed', 'failed', 'delayed', 'paused'],
      'expected a state of jobs',
    )
    .optional(),
  page: whole(10_000).optional(),
  jobsPerPage: whole(100).optional(),
  depth: whole(20).optional(),
  maxChildren: whole(100).optional(),
  root: z.enum(['node', 'tree', 'root'], 'expected node').optional(),
});

/** @throws DomainError INVALID_REQUEST, also for a parameter that is given twice. */
export function checkBoardQuery(query: Readonly<Record<string, string[]>>): void {
  const repeated = Object.keys(query).find((name) => Object.hasOwn(boardQuery.shape, name) && (query[name]?.length ?? 0) > 1);
  if (repeated !== undefined) throw new DomainError('INVALID_REQUEST', `${repeated}: given more than once.`);
  const result = boardQuery.safeParse(Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values[0]])));
  if (!result.success) throw new DomainError('INVALID_REQUEST', describeIssues(result.error.issues));
}

/** The jobs of the workers' canaries have no data. */
const nothing = z.strictObject({});

const schemas = [...Object.values(jobCatalog).map(({ data }) => data), nothing];

/**
 * Job data as the board shows it: ids and flags. Data in any other form was not added by this system, and is hidden because it may hold
 * personal text.
 */
export function shownData(data: unknown): unknown {
  if (schemas.some((schema) => schema.safeParse(data).success)) return data;
  return { hidden: 'This data has not the form of any job of ours, and is not shown.' };
}

/** An answer of the board with tokens and the credentials of URLs removed: error messages can contain them. */
export function withoutSecrets(body: string | Record<string, unknown>): string | Record<string, unknown> {
  return typeof body === 'string' ? redact(body) : JSON.parse(redact(JSON.stringify(body)));
}
