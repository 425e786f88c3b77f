import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createRefusalLog } from './refusal-log.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a flood of garbage is a bounded number of lines in a minute, and one that counts the rest', () => {
  const log = createCapturedLog();
  const tell = createRefusalLog(log.logger, 3);
  const flood = (count: number, problem: string) => {
    for (let nth = 0; nth < count; nth++) tell({ requestId: `${problem}-${nth}`, status: 400, problem });
  };

  flood(10_000, 'unreadable');
  flood(5, 'no Host');
  expect(log.lines.map(({ requestId }) => requestId)).toEqual(['unreadable-0', 'unreadable-1', 'unreadable-2']);

  jest.advanceTimersByTime(60_000);
  expect(log.lines.slice(3)).toEqual([
    expect.objectContaining({
      msg: 'more requests were refused in this minute',
      count: 10_002,
      problems: { unreadable: 9_997, 'no Host': 5 },
    }),
  ]);

  flood(2, 'no Host');
  jest.advanceTimersByTime(60_000);
  expect(log.lines.slice(4).map(({ msg, requestId }) => [msg, requestId])).toEqual([
    ['request refused', 'no Host-0'],
    ['request refused', 'no Host-1'],
  ]);
});
