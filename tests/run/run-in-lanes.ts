/**
 * Does what stands in a list, several at a time, each begun in its turn. After the first that fails none is begun any more; those that have
 * begun come to their end.
 * @param lanes how many at a time.
 * @param work resolves with whether it went well.
 * @returns whether all of it was done and went well.
 */
export async function runInLanes<T>(list: readonly T[], lanes: number, work: (item: T) => Promise<boolean>): Promise<boolean> {
  const waiting = list.values();
  let isWell = true;
  async function lane(): Promise<void> {
    for (const item of waiting) {
      if (!(await work(item))) isWell = false;
      if (!isWell) return;
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return isWell;
}
