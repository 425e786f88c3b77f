import type { seriesSchema } from '@mood/contract/analytics';
import type { z } from 'zod';

export type Series = z.output<typeof seriesSchema>;

/** A series by its groups: for each the values of the intervals, in their order. */
export interface Columns {
  intervals: readonly { start: string; end: string }[];
  groups: readonly { key: string; values: readonly (number | null)[] }[];
}

/**
 * The rows of a series as columns. A series without groups has one, the empty key.
 * @param order keys that come first, and in this order.
 */
export function toColumns(rows: Series['rows'], order: readonly string[] = []): Columns {
  const intervals = [...new Map(rows.map(({ start, end }) => [start, { start, end }])).values()];
  const place = new Map(intervals.map(({ start }, index) => [start, index]));
  const groups = new Map<string, (number | null)[]>();
  for (const { start, group, value } of rows) {
    const key = group ?? '';
    const values = groups.get(key) ?? Array.from<number | null>({ length: intervals.length }).fill(null);
    values[place.get(start) ?? 0] = value;
    groups.set(key, values);
  }
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const keys = [...groups.keys()].toSorted((a, b) => rank(a) - rank(b));
  return { intervals, groups: keys.map((key) => ({ key, values: groups.get(key) ?? [] })) };
}

/** The parts of a whole: what each group comes to in all intervals, most first. Only for metrics that are sums. */
export function toParts({ groups }: Columns): { key: string; value: number }[] {
  return groups
    .map(({ key, values }) => ({ key, value: values.reduce<number>((sum, value) => sum + (value ?? 0), 0) }))
    .toSorted((a, b) => b.value - a.value);
}

/** Of the values of a group: the last that is known. */
export const lastKnown = (values: readonly (number | null)[]): number | null => values.findLast((value) => value !== null) ?? null;
