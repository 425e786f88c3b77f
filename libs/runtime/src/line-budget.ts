/** Lines of a kind in a minute. */
export const usualLinesPerMinute = 60;
const minuteMs = 60_000;
/** Kinds that are told apart in a minute. */
const maxKinds = 200;

/**
 * Whether a line of this kind may be written now. One that may not is counted.
 * @param countedAs what it is counted as then, if not by its kind.
 */
export type LineBudget = (kind: string, countedAs?: string) => boolean;

/**
 * Bounds the lines that callers can have written to the log: so many of a kind in a minute, so that nobody fills the log, and none hides
 * behind those of another kind. A minute begins with its first line.
 * @param tellRest told at the end of a minute how many lines of what were not written, when there are any.
 */
export function createLineBudget(
  tellRest: (rest: Record<string, number>, count: number) => void,
  linesPerMinute = usualLinesPerMinute,
): LineBudget {
  const written = new Map<string, number>();
  const rest = new Map<string, number>();
  let minute: NodeJS.Timeout | undefined;

  function endMinute(): void {
    const count = [...rest.values()].reduce((sum, one) => sum + one, 0);
    if (count > 0) tellRest(Object.fromEntries(rest), count);
    minute = undefined;
    written.clear();
    rest.clear();
  }

  function add(counts: Map<string, number>, kind: string): number {
    const known = counts.has(kind) || counts.size < maxKinds ? kind : 'other';
    const count = (counts.get(known) ?? 0) + 1;
    counts.set(known, count);
    return count;
  }

  return (kind, countedAs = kind) => {
    minute ??= setTimeout(endMinute, minuteMs).unref();
    const isWithin = add(written, kind) <= linesPerMinute;
    if (!isWithin) add(rest, countedAs);
    return isWithin;
  };
}
