import { shareOf } from './proportions.ts';
import type { Interval, Proportion } from './proportions.ts';

/**
 * The parameter that makes the sequence narrowest when n have been seen (Waudby-Smith et al., arXiv 2103.06476).
 * @param n how many observations are planned, of both variants together.
 */
export function rhoSquared(n: number, alpha: number): number {
  return (-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / n;
}

/** Half of the width after n observations with a variance of 1. */
export function halfWidth(n: number, rho2: number, alpha: number): number {
  const m = n * rho2 + 1;
  return Math.sqrt(((2 * m) / (n * n * rho2)) * Math.log(Math.sqrt(m) / alpha));
}

/**
 * The difference b − a, with bounds that hold at every look at once: in 1 − α of all experiments the true difference is never outside, however
 * often somebody looks, and whenever they stop.
 * @param planned how many are planned, of both together. To be chosen before the first is seen.
 */
export function confidenceSequence(a: Proportion, b: Proportion, planned: number, alpha = 0.05): Interval & { difference: number } {
  const n = a.total + b.total;
  const variance = [a, b].reduce((sum, group) => sum + (shareOf(group) * (1 - shareOf(group))) / group.total, 0);
  const half = Math.sqrt(n * variance) * halfWidth(n, rhoSquared(planned, alpha), alpha);
  const difference = shareOf(b) - shareOf(a);
  return { difference, low: difference - half, high: difference + half };
}
