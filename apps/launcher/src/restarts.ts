/** What ran for so long, in milliseconds, has not failed in a row with what was before. */
const steadyMs = 60_000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * How long to wait before something that ended is started again: twice as long each time, and ten seconds at most.
 * @param failures in a row before this one. @param ranMs how long it ran, in milliseconds.
 */
export function pauseBefore(failures: number, ranMs: number): { failures: number; pauseMs: number } {
  const inARow = ranMs >= steadyMs ? 1 : failures + 1;
  return { failures: inARow, pauseMs: Math.min(firstPauseMs * 2 ** (inARow - 1), longestPauseMs) };
}
