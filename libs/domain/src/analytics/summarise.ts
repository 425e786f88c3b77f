import { batchSums, measure, shareReadings } from './measure.ts';
import { metrics } from './metrics.ts';
import type { MetricName } from './metrics.ts';
import { periodBefore, slicesOf, toPeriod } from './periods.ts';
import type { Bound, Period } from './periods.ts';
import type { AnalyticsReader } from './ports.ts';

/** A period as callers give it: `from` included, `to` not. */
export interface AskedPeriod {
  from?: Bound | undefined;
  to?: Bound | undefined;
  timeZone: string;
}

/** A metric over a period, beside the period of the same length before. null: there is nothing to divide by, or it is not known. */
export interface Headline {
  name: MetricName;
  value: number | null;
  previous: number | null;
  unit: string;
}

export interface Summary {
  period: Period;
  /** What happened before it is counted. */
  asOf: Date;
  headlines: Headline[];
}

/**
 * Every metric over a period, without groups (contract: "Success Metrics").
 * @throws DomainError INVALID_REQUEST for a period that cannot be; DependencyUnavailable.
 */
export async function summarise(deps: { analytics: AnalyticsReader }, asked: AskedPeriod): Promise<Summary> {
  const { asOf } = await deps.analytics.progress();
  const period = toPeriod(asked, asOf);
  const slices = [periodBefore(period), period];
  const measurement = {
    reader: shareReadings(deps.analytics),
    sums: batchSums(deps.analytics),
    daysOf: ({ start, end }: { start: Date; end: Date }) => slicesOf({ start, end, timeZone: period.timeZone }, 'day'),
    asOf,
  };
  const headlines = await Promise.all(
    metrics.map(async (metric): Promise<Headline> => {
      const cells = await measure(metric, slices, null, measurement);
      const nothing = metric.source.kind === 'count' ? 0 : null;
      const [previous, value] = slices.map((_, slice) => (cells.find((cell) => cell.slice === slice) ?? { value: nothing }).value);
      return { name: metric.name, value: value ?? null, previous: previous ?? null, unit: metric.unit };
    }),
  );
  return { period, asOf, headlines };
}
