const [patienceMs, againAfterMs] = [5_000, 3_000];

/** Whether the API answers, whatever it says. */
export async function isReachable(): Promise<boolean> {
  return fetch('/panel/api/session', { signal: AbortSignal.timeout(patienceMs) }).then(
    () => true,
    () => false,
  );
}

/** Waits until the API answers. */
export async function whenReachable(): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one question after the other
  while (!(await isReachable())) await new Promise((resolve) => void window.setTimeout(resolve, againAfterMs));
}
