import { metricOf } from './metrics.ts';
import type { TopMetric } from './metrics.ts';
import { toPeriod } from './periods.ts';
import type { Period } from './periods.ts';
import type { AnalyticsReader } from './ports.ts';
import type { AskedPeriod } from './summarise.ts';

export interface Ranking {
  metric: TopMetric;
  unit: string;
  period: Period;
  /** What happened before it is counted. */
  asOf: Date;
  models: { modelId: string; value: number }[];
}

/**
 * The models with most changes, refusals or replies in a period.
 * @throws DomainError INVALID_REQUEST for a period that cannot be; DependencyUnavailable.
 */
export async function rankModels(
  { analytics }: { analytics: AnalyticsReader },
  { metric, limit, ...asked }: AskedPeriod & { metric: TopMetric; limit: number },
): Promise<Ranking> {
  const { asOf } = await analytics.progress();
  const period = toPeriod(asked, asOf);
  const models = await analytics.top({ metric, period, limit });
  return { metric, unit: metricOf(metric).unit, period, asOf, models };
}
