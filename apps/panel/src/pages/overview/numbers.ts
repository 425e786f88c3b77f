import { lengthInWords } from '../../time/format.ts';
import { asShare, counted, unknown } from '../../ui/numbers.ts';

const tenths = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const digits = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 2 });
const change = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
const points = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

/** A value of a metric, as its unit is read: a share of 0.25 is 25%. Null is a dash, never 0. */
export function inUnit(value: number | null, unit: string): string {
  if (value === null) return unknown;
  switch (unit) {
    case 'share':
      return asShare(value);
    case 'seconds':
      return value < 10 ? `${(value < 1 ? digits : tenths).format(value)} s` : lengthInWords(value * 1_000);
    case 'score':
      return tenths.format(value);
    default:
      return Number.isInteger(value) ? counted(value) : tenths.format(value);
  }
}

/** How a value differs from the one of the period before: shares in points, all else in per cent of it; null where that says nothing. */
export function comparedWith(value: number | null, previous: number | null, unit: string): string | null {
  if (value === null || previous === null) return null;
  if (unit === 'share') return `${points.format((value - previous) * 100)} pp`;
  return previous === 0 ? null : change.format((value - previous) / previous);
}
