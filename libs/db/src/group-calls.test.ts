import { describe, expect, test } from '@jest/globals';
import { DatabaseAway, DependencyUnavailable } from '@mood/domain';
import { groupCalls } from './group-calls.ts';

/** Calls that end when the test says so. Each doubles a number; an odd one is null. */
function setUp({ maxStatements = 1, maxTogether = 3, maxWaitMs = 60_000 } = {}) {
  const statements: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  let refusing: Error | undefined;
  async function ended(items: readonly number[]): Promise<void> {
    statements.push(items);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (refusing !== undefined && items.length > 1) throw refusing;
  }
  const answer = (item: number) => (item % 2 === 0 ? item * 2 : null);
  const call = groupCalls<number, number | null>({
    maxStatements,
    maxTogether,
    maxWaitMs,
    async alone(item) {
      await ended([item]);
      return answer(item);
    },
    async together(items) {
      await ended(items);
      // One that it leaves out.
      return items.map((item) => (item === 100 ? undefined : answer(item)));
    },
  });
  /** Lets everything end that has begun, until nothing is left. */
  async function endAll(): Promise<void> {
    for (let idle = 0; idle < 5; idle += 1) {
      while (ends.length > 0) {
        ends.shift()?.();
        idle = 0;
      }
      await new Promise(setImmediate);
    }
  }
  const begun = () => new Promise(setImmediate);
  return { call, statements, endAll, begun, refuse: (error: Error) => (refusing = error) };
}

describe('calls', () => {
  test('are made alone while nothing is under way', async () => {
    const { call, statements, endAll } = setUp();
    const first = call(2);
    await endAll();
    const second = call(4);
    await endAll();
    expect(await Promise.all([first, second])).toEqual([4, 8]);
    expect(statements).toEqual([[2], [4]]);
  });

  test('that come meanwhile share the next statements, in their order, so many at the most', async () => {
    const { call, statements, endAll, begun } = setUp();
    const first = call(0);
    await begun();
    const others = [1, 2, 3, 4].map((item) => call(item));
    await begun();
    expect(statements).toEqual([[0]]);
    await endAll();
    expect(await Promise.all([first, ...others])).toEqual([0, null, 4, null, 8]);
    expect(statements).toEqual([[0], [1, 2, 3], [4]]);
  });

  test('have so many statements under way at a time', async () => {
    const { call, statements, endAll, begun } = setUp({ maxStatements: 2, maxTogether: 1 });
    const all = [0, 2, 4].map((item) => call(item));
    await begun();
    expect(statements).toEqual([[0], [2]]);
    await endAll();
    expect(await Promise.all(all)).toEqual([0, 4, 8]);
  });

  test('that a group leaves out are made alone', async () => {
    const { call, statements, endAll } = setUp();
    const all = [100, 1].map((item) => call(item));
    await endAll();
    expect(await Promise.all(all)).toEqual([200, null]);
    expect(statements).toEqual([[100, 1], [100]]);
  });

  test.each([
    ['cannot be done', new Error('one of them cannot be')],
    ['is given up in a deadlock', new DependencyUnavailable('database', { cause: Object.assign(new Error(), { code: '40P01' }) })],
  ])('are made alone when their group %s', async (_, failure) => {
    const broken = setUp();
    broken.refuse(failure);
    const all = [2, 4].map((item) => broken.call(item));
    await broken.endAll();
    expect(await Promise.all(all)).toEqual([4, 8]);
    expect(broken.statements).toEqual([[2, 4], [2], [4]]);
  });

  test('that wait too long for their turn are not made; what comes later is', async () => {
    const { call, statements, endAll, begun } = setUp({ maxWaitMs: 20, maxTogether: 2 });
    const first = call(0);
    await begun();
    const late = await Promise.allSettled([2, 4, 6].map((item) => call(item)));
    expect(late.map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof DatabaseAway)).toEqual([true, true, true]);
    await endAll();
    expect(await first).toBe(0);
    const next = call(8);
    await endAll();
    expect(await next).toBe(16);
    expect(statements).toEqual([[0], [8]]);
  });

  test('do not ask a database again that is away', async () => {
    const away = setUp();
    away.refuse(new DependencyUnavailable('database'));
    const outcomes = Promise.allSettled([2, 4].map((item) => away.call(item)));
    await away.endAll();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(away.statements).toEqual([[2, 4]]);
  });
});
