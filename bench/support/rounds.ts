import type { LoadResult } from './load.ts';
import type { QuietProcess } from './quiet-process.ts';

export interface Measured extends LoadResult {
  /** Of the measured process, in milliseconds. */
  cpuMsPerRequest: number;
  /** Of the measured process at the end, in bytes. */
  memory: number;
}

/** Runs a load and looks at what it costs the process that answers. */
export async function measure(process: QuietProcess, load: () => Promise<LoadResult>): Promise<Measured> {
  const before = process.cpuSeconds();
  const result = await load();
  const cpuMsPerRequest = ((process.cpuSeconds() - before) * 1_000) / Math.max(1, result.answered);
  return { ...result, cpuMsPerRequest, memory: process.memory() };
}

export interface Contender {
  name: string;
  run: () => Promise<Measured>;
}

/** Runs the contenders in turn, round after round, so that what the machine does besides meets all of them. The first is the floor. */
export async function interleave(
  rounds: number,
  contenders: readonly Contender[],
  say: (line: string) => void,
): Promise<Map<string, Measured[]>> {
  const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (const { name, run } of contenders) {
    say(`warming up: ${name}`);
    await run();
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, run } of contenders) {
      const result = await run();
      say(`round ${round} of ${rounds}, ${name}: ${Math.round(result.perSecond)}/s, p95 ${result.p95.toFixed(1)} ms`);
      results.get(name)?.push(result);
    }
  }
  return results;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
