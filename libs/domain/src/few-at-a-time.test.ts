import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { fewAtATime } from './few-at-a-time.ts';

describe('tasks, a few at a time', () => {
  test.each([
    [0, 8],
    [1, 8],
    [7, 8],
    [8, 8],
    [9, 8],
    [100, 8],
    [100, 1],
    [3, 100],
  ])('%i with %i at a time: all are done, their results in order, and never more are under way', async (count, atATime) => {
    let underWay = 0;
    let most = 0;
    const items = Array.from({ length: count }, (_, n) => n);
    const results = await fewAtATime(items, atATime, async (n) => {
      most = Math.max(most, ++underWay);
      for (let turns = 0; turns <= n % 3; turns++) await turn();
      underWay--;
      return n * 2;
    });
    expect(results).toEqual(items.map((n) => n * 2));
    expect(most).toBe(Math.min(count, atATime));
  });

  test('nothing more is begun once one has failed', async () => {
    const begun: number[] = [];
    const failing = fewAtATime([0, 1, 2, 3, 4, 5, 6, 7], 2, async (n) => {
      begun.push(n);
      await turn();
      if (n === 2) throw new Error('no answer');
    });
    await expect(failing).rejects.toThrow('no answer');
    await turn();
    await turn();
    expect(begun.length).toBeLessThanOrEqual(4);
  });
});
