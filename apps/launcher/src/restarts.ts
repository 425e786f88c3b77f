/** A process that ran at least this long, in milliseconds, starts a new count of failures. */
const steadyMs = 60_000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * The pause before a restart: doubled for each failure in a row, ten seconds at most.
 * @param failures in a row before this one.
 * @param ranMs how long it ran, in milliseconds.
 */
export function pauseBefore(failures: number, ranMs: number): { failures: number; pauseMs: number } {
  const inARow = ranMs >= steadyMs ? 1 : failures + 1;
  return { failures: inARow, pauseMs: Math.min(firstPauseMs * 2 ** (inARow - 1), longestPauseMs) };
}
