import { expect, test } from '@jest/globals';
import { runInLanes } from './run-in-lanes.ts';

/** Work that ends when the test says so. */
function createWork() {
  const begun: string[] = [];
  const ends = new Map<string, (isWell: boolean) => void>();
  const work = (item: string) =>
    new Promise<boolean>((resolve) => {
      begun.push(item);
      ends.set(item, resolve);
    });
  const end = async (item: string, isWell: boolean) => {
    ends.get(item)?.(isWell);
    // What waits for it goes on first.
    await new Promise(setImmediate);
  };
  return { begun, work, end };
}

test('begins as many at a time as there are lanes, and the next whenever one ends', async () => {
  const { begun, work, end } = createWork();
  const all = runInLanes(['format', 'imports', 'lint', 'types'], 2, work);
  expect(begun).toEqual(['format', 'imports']);
  await end('imports', true);
  expect(begun).toEqual(['format', 'imports', 'lint']);
  await end('lint', true);
  expect(begun).toEqual(['format', 'imports', 'lint', 'types']);
  await end('format', true);
  await end('types', true);
  expect(await all).toBe(true);
});

test('begins nothing after one that failed, and waits for what has begun', async () => {
  const { begun, work, end } = createWork();
  let isOver = false;
  const all = runInLanes(['format', 'imports', 'lint', 'types'], 2, work).finally(() => {
    isOver = true;
  });
  await end('format', false);
  expect([begun, isOver]).toEqual([['format', 'imports'], false]);
  await end('imports', true);
  expect([begun, await all]).toEqual([['format', 'imports'], false]);
});

test('more lanes than there is to do are no fault', async () => {
  expect(await runInLanes(['format'], 8, async () => true)).toBe(true);
  expect(await runInLanes([], 8, async () => false)).toBe(true);
});
