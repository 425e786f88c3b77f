import { existsSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of the processor that this process has used so far. What work costs by itself is measured with it, so that a machine which
 * has other things to do as well changes nothing.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
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
