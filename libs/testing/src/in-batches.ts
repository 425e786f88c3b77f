/** Works through a list, so many at a time, in order. @returns the results, in the order of the list. */
export async function inBatches<T, R>(items: readonly T[], size: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += size)
    results.push(...(await Promise.all(items.slice(start, start + size).map((item, index) => work(item, start + index)))));
  return results;
}
