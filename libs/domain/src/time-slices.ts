/** Milliseconds for which work that grows with its input may keep the process to itself. */
const sliceMs = 5;
/** Milliseconds. A process that was held up by others need not make up for it. */
const maxRestMs = 50;

/**
 * For work that grows with what somebody sent: call it after each piece, and await what it gives. It gives something once a few
 * milliseconds are used up; what others wait for is then done before the next piece. Measured in time and not in pieces, because a piece
 * can cost a thousand times what another does. After a piece that took long by itself, it rests for as long: what others wait for takes
 * several turns, and none of them should have to wait for such a piece each time.
 */
export function createTimeSlices(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    const used = performance.now() - began;
    if (used < sliceMs) return undefined;
    return new Promise((resolve) => {
      const goOn = () => {
        began = performance.now();
        resolve();
      };
      if (used < 2 * sliceMs) setImmediate(goOn);
      else setTimeout(goOn, Math.min(used, maxRestMs));
    });
  };
}
