/** Milliseconds for which work that grows with its input may keep the process to itself. */
const sliceMs = 5;

/**
 * For work that grows with what somebody sent: call it after each piece, and await what it gives. It gives something once a few
 * milliseconds are used up; what others wait for is then done before the next piece. Measured in time and not in pieces, because a piece
 * can cost a thousand times what another does.
 */
export function createTimeSlices(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < sliceMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        began = performance.now();
        resolve();
      });
    });
  };
}
