import { chiSquareTail, normalQuantile, twoSidedTail } from './distributions.ts';

/** How many of so many: a share, with what it rests on. */
export interface Proportion {
  successes: number;
  total: number;
}

export interface Interval {
  low: number;
  high: number;
}

export const shareOf = ({ successes, total }: Proportion): number => successes / total;

/** Two proportions, by the z of their pooled variance. Two-sided; b − a. */
export function pooledZ(a: Proportion, b: Proportion): { z: number; p: number } {
  const pooled = (a.successes + b.successes) / (a.total + b.total);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.total + 1 / b.total));
  const z = error === 0 ? 0 : (shareOf(b) - shareOf(a)) / error;
  return { z, p: twoSidedTail(z) };
}

/** Wilson's interval of one proportion (Newcombe 1998 I, method 3). */
export function wilson({ successes, total }: Proportion, confidence = 0.95): Interval {
  const z = normalQuantile((1 + confidence) / 2);
  const failures = total - successes;
  const middle = 2 * successes + z * z;
  const half = z * Math.sqrt(z * z + (4 * successes * failures) / total);
  const scale = 2 * (total + z * z);
  return { low: successes === 0 ? 0 : (middle - half) / scale, high: failures === 0 ? 1 : (middle + half) / scale };
}

/** The interval of the difference a − b of two proportions: Newcombe 1998 II, method 10. */
export function newcombe(a: Proportion, b: Proportion, confidence = 0.95): Interval {
  const [ofA, ofB] = [wilson(a, confidence), wilson(b, confidence)];
  const [p, q] = [shareOf(a), shareOf(b)];
  return {
    low: p - q - Math.hypot(p - ofA.low, ofB.high - q),
    high: p - q + Math.hypot(ofA.high - p, q - ofB.low),
  };
}

/**
 * Whether counts have the shares that they were planned to have (Pearson's χ²).
 * @param weights of the groups, in any unit.
 */
export function sampleRatio(counts: readonly number[], weights: readonly number[]): { chiSquare: number; p: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weight = weights.reduce((sum, one) => sum + one, 0);
  const chiSquare = counts.reduce((sum, observed, index) => {
    const expected = (total * (weights[index] ?? 0)) / weight;
    return expected === 0 ? sum : sum + (observed - expected) ** 2 / expected;
  }, 0);
  return { chiSquare, p: chiSquareTail(chiSquare, counts.length - 1) };
}

/** Whether several proportions are one (χ² of a table of k × 2, without a correction). */
export function equalProportions(groups: readonly Proportion[]): { chiSquare: number; degrees: number; p: number } {
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  const pooled = groups.reduce((sum, group) => sum + group.successes, 0) / total;
  const variance = pooled * (1 - pooled);
  const chiSquare = variance === 0 ? 0 : groups.reduce((sum, group) => sum + (group.total * (shareOf(group) - pooled) ** 2) / variance, 0);
  const degrees = groups.length - 1;
  return { chiSquare, degrees, p: chiSquareTail(chiSquare, degrees) };
}

/**
 * How many each of two variants needs, for a test at the end to find the difference with this power. The variance of the first term is the
 * baseline's.
 * @param from the share without the change. @param to the share that is worth finding.
 */
export function sizePerVariant(from: number, to: number, { alpha = 0.05, power = 0.8 } = {}): number {
  const atBaseline = from * (1 - from);
  const spread = normalQuantile(1 - alpha / 2) * Math.sqrt(2 * atBaseline) + normalQuantile(power) * Math.sqrt(atBaseline + to * (1 - to));
  return spread ** 2 / (to - from) ** 2;
}
