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
