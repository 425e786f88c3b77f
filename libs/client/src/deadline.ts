/** The time that a call has, from the token to the last byte of the answer. */
export interface Deadline {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** @throws what `late` makes when the work is not done in time. It may go on: nobody waits for it. */
  within<T>(work: Promise<T>, late: () => Error): Promise<T>;
  /** The time is over now. */
  expire(): void;
  /** The call is over: lets go of the timer. */
  end(): void;
}

export function startDeadline(timeoutMs: number): Deadline {
  const over = new AbortController();
  const endsAt = performance.now() + timeoutMs;
  // Unlike that of AbortSignal.timeout, this timer keeps a process alive that waits for nothing else.
  const timer = setTimeout(() => over.abort(), timeoutMs);
  return {
    signal: over.signal,
    remainingMs: () => endsAt - performance.now(),
    within(work, late) {
      const lateness = new Promise<never>((_, reject) => {
        const giveUp = () => reject(late());
        if (over.signal.aborted) giveUp();
        else over.signal.addEventListener('abort', giveUp, { once: true });
      });
      return Promise.race([work, lateness]);
    },
    expire: () => over.abort(),
    end: () => clearTimeout(timer),
  };
}
