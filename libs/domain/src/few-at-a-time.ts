/**
 * Runs a task for each item, with bounded concurrency. After the first failure no further task is started.
 * @returns the results in the order of the items.
 */
export async function fewAtATime<T, R>(items: readonly T[], atATime: number, task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let failed = false;
  async function oneAfterTheOther(): Promise<void> {
    for (const [index, item] of waiting) {
      if (failed) return;
      try {
        results[index] = await task(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, oneAfterTheOther));
  return results;
}
