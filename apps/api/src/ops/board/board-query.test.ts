import { expect, test } from '@jest/globals';
import { checkBoardQuery } from './board-query.ts';

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
