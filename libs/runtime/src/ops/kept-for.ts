/**
 * Remembers an answer for a while, so that it costs the same however many ask. Those who ask while it is being found wait together.
 * A failure is not remembered.
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
