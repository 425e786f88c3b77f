import { DomainError } from '../errors.ts';
import { batchSums, measure } from './measure.ts';
import type { Cell } from './measure.ts';
import { groupValues, metricOf } from './metrics.ts';
import type { Interval, Metric, MetricName } from './metrics.ts';
import { slicesOf, toPeriod } from './periods.ts';
import type { AnalyticsReader, Slice } from './ports.ts';
import type { AskedPeriod } from './summarise.ts';

/** Most intervals of a series: 100 days by the hour. */
export const maxIntervals = 2_400;
/** The same for metrics that are no sums: they cost more for each interval. */
const maxCostlyIntervals = 400;
/** Most rows of a series. */
const maxRows = 50_000;

export interface SeriesRow extends Slice {
  /** null: all groups together. Empty: what has no such group. */
  group: string | null;
  /** null: there is nothing to divide by, or it is not known. */
  value: number | null;
}

export interface Series {
  metric: Metric;
  interval: Interval;
  timeZone: string;
  /** What happened before it is counted. */
  asOf: Date;
  rows: SeriesRow[];
}

export interface AskedSeries extends AskedPeriod {
  metric: MetricName;
  interval: Interval;
  groupBy?: string | undefined;
}

const isSum = ({ source }: Metric) => source.kind === 'count' || source.kind === 'ratio' || source.kind === 'state time';

function groupOf(metric: Metric, groupBy: string | undefined): string | null {
  if (groupBy === undefined) return null;
  if (metric.groups.includes(groupBy)) return groupBy;
  const possible = metric.groups.length === 0 ? 'cannot be grouped' : `can be grouped by ${metric.groups.join(', ')}`;
  throw new DomainError('INVALID_REQUEST', `groupBy: ${metric.name} ${possible}.`);
}

/** The groups that each interval has a row for: the known ones, and those found. Where there are none, what has no group stands alone. */
function groupsOf(cells: readonly Cell[], groupBy: string | null): (string | null)[] {
  if (groupBy === null) return [null];
  const found = [...new Set(cells.map(({ group }) => group ?? ''))].toSorted();
  const known = groupValues[groupBy] ?? [];
  const groups = [...known, ...found.filter((group) => !known.includes(group))];
  return groups.length === 0 ? [null] : groups;
}

/**
 * A metric over time: a row for every interval and group, also where nothing was counted.
 * @throws DomainError INVALID_REQUEST for a group or period that cannot be, or too many rows; DependencyUnavailable.
 */
export async function readSeries(
  deps: { analytics: AnalyticsReader },
  { metric: name, interval, groupBy: askedGroup, ...asked }: AskedSeries,
): Promise<Series> {
  const metric = metricOf(name);
  const groupBy = groupOf(metric, askedGroup);
  if (metric.source.kind === 'changes per model' && interval === 'hour')
    throw new DomainError('INVALID_REQUEST', `interval: ${name} is counted by days. Ask for day or week.`);
  const { asOf } = await deps.analytics.progress();
  const period = toPeriod(asked, asOf);
  const slices = slicesOf(period, interval, isSum(metric) ? maxIntervals : maxCostlyIntervals);
  const cells = await measure(metric, slices, groupBy, {
    reader: deps.analytics,
    sums: batchSums(deps.analytics),
    daysOf: (slice) => slicesOf({ ...slice, timeZone: period.timeZone }, 'day'),
    asOf,
  });
  const groups = groupsOf(cells, groupBy);
  if (groups.length * slices.length > maxRows)
    throw new DomainError('INVALID_REQUEST', `groupBy: there are ${groups.length} groups. Ask for fewer intervals.`);
  const nothing = metric.source.kind === 'count' ? 0 : null;
  const values = new Map(cells.map((cell) => [`${cell.slice} ${cell.group ?? ''}`, cell.value]));
  const rows = slices.flatMap((slice, n) =>
    groups.map((group) => {
      const value = values.get(`${n} ${group ?? ''}`);
      return { ...slice, group, value: value === undefined ? nothing : value };
    }),
  );
  return { metric, interval, timeZone: period.timeZone, asOf, rows };
}
