import { moodStates } from '../moods/mood.ts';
import { templateTypes, userTiers } from '../templates/template.ts';
import type { MetricEntry } from './metric-entry.ts';
import { moodMetrics } from './mood-metrics.ts';
import { replyMetrics } from './reply-metrics.ts';
import { watchMetrics } from './watch-metrics.ts';

/** Groups whose values are known: they are listed also where nothing is counted. */
export const groupValues: Readonly<Record<string, readonly string[]>> = {
  changed_by: ['model', 'admin', 'system'],
  state: moodStates,
  mood: moodStates,
  type: templateTypes,
  tier: userTiers,
  ended: ['hand', 'time', 'override'],
  about: ['mood', 'reply', 'feature'],
};

const registry = [...moodMetrics, ...replyMetrics, ...watchMetrics] as const;

export type MetricName = (typeof registry)[number]['name'];

export interface Metric extends MetricEntry {
  name: MetricName;
}

/** Every metric that administrators can read, in the order in which pages list them (contract: "Success Metrics"). */
export const metrics: readonly Metric[] = registry;

export const metricNames = metrics.map(({ name }) => name);

/** What models can be ranked by. */
export const topMetrics = ['changes', 'limit_hits', 'content_refusals', 'replies_sent'] as const satisfies readonly MetricName[];
export type TopMetric = (typeof topMetrics)[number];

export const intervals = ['hour', 'day', 'week'] as const;
/** How a series is cut. Weeks begin on Monday. */
export type Interval = (typeof intervals)[number];

const byName: ReadonlyMap<MetricName, Metric> = new Map(metrics.map((metric) => [metric.name, metric]));

export function metricOf(name: MetricName): Metric {
  const metric = byName.get(name);
  if (metric === undefined) throw new Error(`There is no metric ${name}.`);
  return metric;
}
