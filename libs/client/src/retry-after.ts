/** Long enough for another process to take over, short enough to fit into a deadline. */
const shortestWaitMs = 50;
/** Callers that failed together do not come back together. */
const spreadMs = 100;

/**
 * Milliseconds to wait before the second attempt: what the answer asks for, in seconds or as a date (RFC 9110, "Retry-After"), else a
 * short while.
 */
export function waitBeforeRetry(retryAfter: string | null): number {
  const asked =
    retryAfter === null ? Number.NaN : /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(asked) ? shortestWaitMs + Math.random() * spreadMs : Math.max(shortestWaitMs, asked);
}
