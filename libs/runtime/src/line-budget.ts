/** Lines of one kind that may be written per minute. */
export const usualLinesPerMinute = 60;
const minuteMs = 60_000;
/** Kinds that are counted separately per minute. */
const maxKinds = 200;

/**
 * Whether a line of this kind may be written now; if not, it is counted.
 * @param countedAs the name under which it is counted, if not its kind.
 */
export type LineBudget = (kind: string, countedAs?: string) => boolean;

/**
 * Limits log lines that callers cause, per kind and minute, so that nobody fills the log, and no kind hides another. A minute begins with
 * its first line.
 * @param tellRest called at the end of a minute with the number of suppressed lines by name, if there are any.
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
