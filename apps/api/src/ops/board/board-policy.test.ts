import { describe, expect, test } from '@jest/globals';
import { checkBoardQuery, isAllowed, shownData, withoutSecrets } from './board-policy.ts';

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

const check = (search: string) => () => {
  const params = new URLSearchParams(search);
  checkBoardQuery(Object.fromEntries([...params.keys()].map((name) => [name, params.getAll(name)])));
};

test.each([
  '',
  'activeQueue=auto-reply&status=latest&page=1&jobsPerPage=10',
  'activeQueue=mood-expiry&status=waiting-children&page=10000&jobsPerPage=100',
  'depth=3&maxChildren=20&root=node',
  'activeQueue=',
  'somethingElse=1e9',
])('the board may be asked for %s', (search) => {
  expect(check(search)).not.toThrow();
});

test.each([
  'page=1e9',
  'page=0',
  'page=-1',
  'page=10001',
  'page=1.5',
  'page=NaN',
  'page=Infinity',
  'page=0x10',
  'page=',
  'page= 1',
  'page=１',
  'page=99999999999999999999',
  'page=1&page=2',
  'jobsPerPage=101',
  'jobsPerPage=1e9',
  'jobsPerPage=-5',
  'depth=1e9',
  'maxChildren=100000',
  'status=obliterated',
  'status=__proto__',
  'activeQueue=nowhere',
  'activeQueue=__proto__',
  'activeQueue=AUTO-REPLY',
  'activeQueue=auto-reply%20',
  'activeQueue=%25zz',
  'activeQueue=../../etc',
  'queueName=a%20b',
  'queueName=constructor',
  'root=1e9',
])('the board may not be asked for %s', (search) => {
  expect(check(search)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});

const id = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

describe('the board', () => {
  test.each([
    { autoReplyId: id },
    {},
    { eventIds: [id] },
    { modelId: id, version: 3 },
    { conversationId: 'c-1', modelId: id, answeredAt: '2026-03-01T12:00:00Z' },
  ])('shows the ids of a job: %j', (data) => {
    expect(shownData(data)).toEqual(data);
  });

  test.each([{ autoReplyId: id, text: 'Hello Sophia' }, { autoReplyId: 'Hello Sophia' }, 'Hello Sophia', null, [id]])(
    'does not show what may be somebody’s words: %j',
    (data) => {
      expect(JSON.stringify(shownData(data))).not.toMatch(/Sophia|0198c5a0/);
    },
  );

  test('shows errors without tokens and without the credentials of URLs', () => {
    const token = `eyJ${'a'.repeat(40)}.${'b'.repeat(40)}.${'c'.repeat(40)}`;
    const stacktrace = [`Error: ${token}\n    at x`, 'connect "redis://user:secret-word@10.0.0.7:6379" failed', 'Bearer abcdefghijklmnop'];
    const shown = withoutSecrets({ job: { id, failedReason: `refused ${token}`, stacktrace } });
    expect(shown).toEqual({
      job: { id, failedReason: 'refused ***', stacktrace: ['Error: ***\n    at x', 'connect "redis://***" failed', 'Bearer ***'] },
    });
  });
});
