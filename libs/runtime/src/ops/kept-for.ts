/**
 * Caches one answer for `milliseconds`. Concurrent callers share one lookup. Failures are not cached.
 */
export function keptFor<T>(milliseconds: number, find: () => Promise<T>, clock: () => number = () => performance.now()): () => Promise<T> {
  let known: { value: T; until: number } | undefined;
  let finding: Promise<T> | undefined;

  async function findNow(): Promise<T> {
    const value = await find();
    known = { value, until: clock() + milliseconds };
    return value;
  }

  return async () => {
    if (known !== undefined && clock() < known.until) return known.value;
    finding ??= findNow().finally(() => {
      finding = undefined;
    });
    return finding;
  };
}
