import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds of the processor that this process has used so far. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What `pieceOfWork` takes on the machines for which the bounds of tests were chosen. */
const usualPieceMs = 30;
/** Less than any bound, so that a machine which is slow need not be measured. */
const littleMs = 100;

/** What code that looks through long texts does: expressions, callbacks, composing, joining. */
function pieceOfWork(): number {
  const text = '<b>x&amp;y \u0301z'.repeat(8_000);
  let followers = 0;
  text.replace(/[<&]+([a-z]?)/g, (run, follower: string) => {
    followers += follower.length;
    return run;
  });
  return followers + text.normalize('NFC').length + Array.from(text).join('').length;
}

/** How many times as long as usual this machine takes now; 1 when it is as quick, or quicker. The best of five: the first ones warm up. */
function slowness(): number {
  const pieces = Array.from({ length: 5 }, () => {
    const before = processorMs();
    pieceOfWork();
    return processorMs() - before;
  });
  return Math.max(1, Math.min(...pieces) / usualPieceMs);
}

/**
 * Measures what work costs by itself.
 * @returns a function that tells how many milliseconds of the processor this process has used since, as on a machine of usual speed: what else
 *   the machine has to do changes nothing, and a machine that is slower is measured by a piece of work that is always the same.
 */
export function startProcessorWatch(): () => number {
  const before = processorMs();
  return () => {
    const used = processorMs() - before;
    return used < littleMs ? used : used / slowness();
  };
}

/**
 * Milliseconds for which processes that had something to do have waited for a processor so far, their main threads added up. What is in time
 * on a machine of its own is late by at most as much on a busy one. 0 where the system does not tell: Linux does.
 * @param pids of processes that run.
 */
export function waitedForProcessorMs(pids: readonly number[]): number {
  return pids.reduce((total, pid) => {
    const file = `/proc/${pid}/schedstat`;
    // Nanoseconds: run, waited; and a count.
    const [, waited] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [];
    return total + Number(waited ?? 0) / 1_000_000;
  }, 0);
}

/** This process, and those that its tests have started and that run. */
const ours = new Set([process.pid]);

/** Has stopwatches look at a process, too. @param exited resolves when it is gone. */
export function timeProcess(pid: number, exited: Promise<unknown>): void {
  ours.add(pid);
  void exited.then(() => ours.delete(pid));
}

/**
 * Starts a stopwatch for what has to come within a time.
 * @returns a function that tells how many milliseconds it has been since, without those for which this process and those that it has started
 *   waited for a processor: about what it would have been on a machine of its own. Never less than a tenth of what it was.
 */
export function startStopwatch(): () => number {
  const began = performance.now();
  const waitedBefore = new Map(Array.from(ours, (pid) => [pid, waitedForProcessorMs([pid])]));
  return () => {
    const elapsed = performance.now() - began;
    let waited = 0;
    for (const pid of ours) waited += Math.max(0, waitedForProcessorMs([pid]) - (waitedBefore.get(pid) ?? 0));
    return Math.max(elapsed - waited, elapsed / 10);
  };
}
