import { percentiles } from '../support/load.ts';
import type { Figure } from '../support/report.ts';

/** Does something once. @returns how many milliseconds it took, where that is not simply the time of the call. */
export type Once = () => Promise<number | void>;

/** Milliseconds of everything that was done, in the small and in the large system. */
export interface InBoth {
  small: number[];
  large: number[];
}

const warmUps = 5;

/**
 * Does something in two systems by turns, one at a time, so that what the machine does besides meets both. Who begins changes from turn to turn.
 * @param times in each; fewer when `seconds` are over, and never less than three.
 */
export async function inTurns(once: { small: Once; large: Once }, { times, seconds }: { times: number; seconds: number }): Promise<InBoth> {
  const took: InBoth = { small: [], large: [] };
  const sides = ['small', 'large'] as const;
  let until = Infinity;
  for (let turn = -Math.min(warmUps, times); turn < times; turn += 1) {
    if (turn === 0) until = performance.now() + seconds * 1_000;
    if (turn >= 3 && performance.now() > until) break;
    for (const side of turn % 2 === 0 ? sides : sides.toReversed()) {
      const began = performance.now();
      const told = await once[side]();
      if (turn >= 0) took[side].push(told ?? performance.now() - began);
    }
  }
  return took;
}

export interface Cost {
  what: string;
  /** Of the large system's median to the small one's. */
  ratio: number;
  /** Whether somebody waits for it: then the ratio has a bound. */
  waitedFor: boolean;
  figure: Figure;
}

/** The bound of what somebody waits for. */
export const ratioBound = 1.3;

/** @param goal in the place of a bound of the ratio. */
export function costOf(what: string, took: InBoth, { waitedFor = true, goal }: { waitedFor?: boolean; goal?: string } = {}): Cost {
  const count = Math.min(took.small.length, took.large.length);
  const [small, large] = [percentiles(took.small), percentiles(took.large)];
  const ratio = large.p50 / small.p50;
  const inMs = (ms: number) => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
  const value = `${inMs(small.p50)} → ${inMs(large.p50)} ms, × ${ratio.toFixed(2)}; p95 ${inMs(small.p95)} → ${inMs(large.p95)} ms; ${count} times`;
  const bound = goal ?? (waitedFor ? `≤ × ${ratioBound}` : 'nobody waits for it');
  return { what, ratio, waitedFor: waitedFor && goal === undefined, figure: { bench: 'size', what, value, goal: bound } };
}

/** What callers wait for that grows by more than the bound. */
export function verdictOf(costs: readonly Cost[]): Figure {
  const grows = costs.filter(({ waitedFor, ratio }) => waitedFor && !(ratio <= ratioBound));
  const value = grows.length === 0 ? 'nothing' : grows.map(({ what, ratio }) => `${what} × ${ratio.toFixed(2)}`).join('; ');
  return { bench: 'size', what: `what a caller waits for, and grows by more than × ${ratioBound}`, value, goal: 'nothing' };
}
