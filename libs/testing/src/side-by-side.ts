import { test } from '@jest/globals';

/**
 * Tests that mostly wait for real time to pass, and do not disturb each other: the first one that runs starts all of them, so that they wait
 * together. Each is reported by itself, in order. Not for tests that measure how long something takes.
 * @param atOnce how many run at the same time.
 * @returns what takes the place of `test`.
 */
export function sideBySide(atOnce = 8): (name: string, body: () => Promise<void>) => void {
  const bodies: (() => Promise<void>)[] = [];
  let isStarted = false;

  async function oneAfterTheOther(): Promise<void> {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) await body();
  }
  function start(): void {
    if (isStarted) return;
    isStarted = true;
    for (let nth = 0; nth < atOnce; nth += 1) void oneAfterTheOther();
  }

  return (name, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Its test may not have begun when it fails.
    promise.catch(() => {});
    bodies.push(() => body().then(resolve, reject));
    test(name, () => {
      start();
      return promise;
    });
  };
}
