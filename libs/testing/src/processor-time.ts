/**
 * Milliseconds of the processor that this process has used so far. What work costs by itself is measured with it, so that a machine which
 * has other things to do as well changes nothing.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
