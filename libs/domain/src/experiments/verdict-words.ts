import type { Verdict } from './phase.ts';

const number = new Intl.NumberFormat('en-US');

/** `1,200` */
export const counted = (count: number): string => number.format(count);

/** A difference of shares, rounded up to a tenth of a point: `1 point`, `1.3 points`. */
export function points(share: number): string {
  const tenths = Math.ceil(share * 1_000 - 1e-9) / 10;
  return `${tenths} ${tenths === 1 ? 'point' : 'points'}`;
}

/** A bound as it is read beside another: `1.0`; two places where one would be 0. */
const bound = (share: number): string => (share * 100).toFixed(share < 0.000_5 ? 2 : 1);

/** @param than null when there is but one other. */
export function beingBetter(label: string, than: string | null, low: number, high: number): Verdict {
  const words = `${label} is better${than === null ? '' : ` than ${than}`} by ${bound(low)} to ${bound(high)} points: safe to stop`;
  return { kind: 'better', words, safeToStop: true };
}

/** `53:47 instead of 50:50`, in percent, with as many decimals as it takes to tell them apart. */
export function splitInWords(counts: readonly number[], shares: readonly number[]): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const inPercent = (parts: readonly number[], decimals: number) => parts.map((part) => (part * 100).toFixed(decimals)).join(':');
  for (let decimals = 0; ; decimals++) {
    const [found, planned] = [
      inPercent(
        counts.map((count) => count / total),
        decimals,
      ),
      inPercent(shares, decimals),
    ];
    if (found !== planned || decimals === 6) return `${found} instead of ${planned}`;
  }
}
