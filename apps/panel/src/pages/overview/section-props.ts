import type { OverviewSearch, Period } from './period.ts';
import type { Metric, Summary } from './queries.ts';

/** What the parts of the page get: the numbers, what they mean, and what the address says. */
export interface SectionProps {
  summary: Summary;
  metrics: ReadonlyMap<string, Metric>;
  period: Period;
  search: OverviewSearch;
  set: (changes: Partial<OverviewSearch>) => void;
}
