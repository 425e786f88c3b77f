import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createMemoryLimit } from './request-limit.ts';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => void jest.useRealTimers());

describe('a limit per minute', () => {
  test('lets exactly so many through, each caller for himself', async () => {
    const limit = createMemoryLimit(3);
    const answers = await Promise.all(Array.from({ length: 5 }, () => limit.take('one')));
    expect(answers.map((waitMs) => waitMs === undefined)).toEqual([true, true, true, false, false]);
    expect(await limit.take('another')).toBeUndefined();
  });

  test('says when the minute is over, and then lets through again', async () => {
    const limit = createMemoryLimit(1);
    await limit.take('one');
    jest.advanceTimersByTime(45_000);
    expect(await limit.take('one')).toBe(15_000);
    jest.advanceTimersByTime(15_000);
    expect(await limit.take('one')).toBeUndefined();
  });

  test('can be asked without being counted', async () => {
    const limit = createMemoryLimit(2);
    expect(await limit.wouldRefuse('one')).toBeUndefined();
    await limit.take('one');
    expect(await limit.wouldRefuse('one')).toBeUndefined();
    await limit.take('one');
    expect(await limit.wouldRefuse('one')).toBe(60_000);
    jest.advanceTimersByTime(60_000);
    expect(await limit.wouldRefuse('one')).toBeUndefined();
  });

  test('is none when it is 0', async () => {
    const limit = createMemoryLimit(0);
    for (let i = 0; i < 1_000; i++) expect(await limit.take('one')).toBeUndefined();
    expect(await limit.wouldRefuse('one')).toBeUndefined();
  });

  test('remembers so many callers and no more: the quietest is forgotten first', async () => {
    const limit = createMemoryLimit(1, 100);
    await limit.take('quiet');
    for (let i = 0; i < 1_000; i++) {
      await limit.take('busy');
      await limit.take(`passer-by ${i}`);
    }
    expect(jest.getTimerCount()).toBeLessThanOrEqual(100);
    expect(await limit.wouldRefuse('busy')).toBeGreaterThan(0);
    expect(await limit.wouldRefuse('quiet')).toBeUndefined();
  });

  test('sets no room aside for callers that may come', async () => {
    const limit = createMemoryLimit(1, 2 ** 40);
    expect(await limit.take('one')).toBeUndefined();
    expect(await limit.take('one')).toBe(60_000);
  });
});
