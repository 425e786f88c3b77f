import { describeIssues, DomainError } from '@mood/domain';
import { queueNames } from '@mood/queue/catalog';
import { z } from 'zod';

/** The board itself asks for none while it shows all of them. */
const queue = z.enum(['', ...queueNames], 'expected the name of a queue');
const whole = (max: number) =>
  z.string().refine((text) => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= max, `expected a whole number from 1 to ${max}`);

/** What the board's calls read from their query, within what a queue can be asked for at once. Others are not read. */
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

/** @throws DomainError INVALID_REQUEST, also for what is given twice. */
export function checkBoardQuery(query: Readonly<Record<string, string[]>>): void {
  const repeated = Object.keys(query).find((name) => Object.hasOwn(boardQuery.shape, name) && (query[name]?.length ?? 0) > 1);
  if (repeated !== undefined) throw new DomainError('INVALID_REQUEST', `${repeated}: given more than once.`);
  const result = boardQuery.safeParse(Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values[0]])));
  if (!result.success) throw new DomainError('INVALID_REQUEST', describeIssues(result.error.issues));
}
