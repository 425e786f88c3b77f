import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { rememberLookup } from './remembered-lookup.ts';

interface Person {
  id: string;
}

const ask = jest.fn<(id: string) => Promise<Person | null>>();
const limits = { foundMs: 60_000, maxFound: 10, absentMs: 60_000, maxAbsent: 10 };
const ids = (count: number) => Array.from({ length: count }, (_, n) => `id ${n}`);

beforeEach(() => {
  ask.mockReset();
  ask.mockImplementation(async (id) => (id.startsWith('nobody') ? null : { id }));
});

describe('what was asked before', () => {
  test('is not asked again, neither who is there nor who is not', async () => {
    const find = rememberLookup(ask, limits);
    for (let round = 0; round < 3; round++) {
      expect(await find('Sophia')).toEqual({ id: 'Sophia' });
      expect(await find('nobody')).toBeNull();
    }
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test('is asked again each time where answers do not count for any while, but not who is not there', async () => {
    const find = rememberLookup(ask, { ...limits, foundMs: 0 });
    for (let round = 0; round < 3; round++) {
      await find('Sophia');
      await find('nobody');
    }
    expect(ask).toHaveBeenCalledTimes(4);
  });

  test('is bounded in number, and ids that are made up push out nobody who is there', async () => {
    const find = rememberLookup(ask, limits);
    await find('Sophia');
    for (let n = 0; n < 1_000; n++) await find(`nobody ${n}`);
    ask.mockClear();
    await find('Sophia');
    expect(ask).not.toHaveBeenCalled();
    await find('nobody 999');
    expect(ask).not.toHaveBeenCalled();
    await find('nobody 0');
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

test('questions about one id share an answer while it is on its way, whoever fails or succeeds', async () => {
  const find = rememberLookup(ask, limits);
  await Promise.all(Array.from({ length: 50 }, () => find('Sophia')));
  await Promise.all(ids(5).flatMap((id) => [find(id), find(id)]));
  expect(ask).toHaveBeenCalledTimes(6);

  ask.mockRejectedValueOnce(new Error('away'));
  const failed = await Promise.allSettled(Array.from({ length: 50 }, () => find('Nora')));
  expect(failed.every(({ status }) => status === 'rejected')).toBe(true);
  expect(await find('Nora')).toEqual({ id: 'Nora' });
  expect(ask).toHaveBeenCalledTimes(8);
});
