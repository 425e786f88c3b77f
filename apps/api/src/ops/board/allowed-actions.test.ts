import { describe, expect, test } from '@jest/globals';
import { isAllowed } from './allowed-actions.ts';

const job = '/api/queues/:queueName/:jobId';
const queue = '/api/queues/:queueName';

/** @param call method, route and, for calls about all jobs of one status, that status. */
function may(call: string): boolean {
  const [method = '', route = '', status] = call.split(' ');
  return isAllowed(method, route, status);
}

describe('an administrator', () => {
  test.each([
    'get /api/queues',
    `get ${job}`,
    `put ${job}/retry`,
    `put ${job}/promote`,
    `put ${job}/clean`,
    `put ${queue}/pause`,
    `put ${queue}/retry/:queueStatus failed`,
    `put ${queue}/clean/:queueStatus failed`,
  ])('may %s', (call) => {
    expect(may(call)).toBe(true);
  });

  test.each([
    `post ${queue}/add`,
    `put ${queue}/obliterate`,
    `put ${queue}/empty`,
    `put ${queue}/concurrency`,
    `put ${queue}/clean/:queueStatus delayed`,
    `put ${queue}/clean/:queueStatus wait`,
    `put ${queue}/retry/:queueStatus completed`,
    `patch ${job}/update-data`,
    `patch ${job}/delay`,
    'get /api/redis/stats',
    `get ${queue}/workers`,
    'put /api/whatever/comes/next',
  ])('may not %s', (call) => {
    expect(may(call)).toBe(false);
  });
});
