import { useRefused } from '../../ui/address.ts';
import { Select } from '../../ui/select.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { ChartCard } from './chart-card.tsx';
import styles from './overview.module.css';
import type { SectionProps } from './section-props.ts';
import { SeriesChart } from './series-chart.tsx';

/** Every other number there is, by the groups that it has. */
export function AnyMetric({ metrics, period, search, set }: SectionProps) {
  const metric = metrics.get(search.metric) ?? metrics.get('mood_duration');
  useRefused('metric', metrics.size > 0 && !metrics.has(search.metric));
  useRefused('group', metric !== undefined && search.group !== '' && !metric.groups.includes(search.group));
  if (metric === undefined) return null;
  const groupBy = metric.groups.includes(search.group) ? search.group : '';
  const nameOf = (group: string) => Object.entries(words.groups).find(([key]) => key === group)?.[1] ?? group;
  const controls = (
    <div className={styles['controls']} data-noprint>
      <Select
        label={words.metric}
        value={metric.name}
        options={[...metrics.values()].map(({ name, title }) => ({ value: name, text: title }))}
        onChange={(name) => set({ metric: name, group: '' })}
      />
      {metric.groups.length > 0 && (
        <Select
          label={words.groupBy}
          value={groupBy}
          options={[{ value: '', text: words.all }, ...metric.groups.map((group) => ({ value: group, text: nameOf(group) }))]}
          onChange={(group) => set({ group })}
        />
      )}
    </div>
  );
  return (
    <div className={styles['full']} id="any">
      <ChartCard
        title={words.other}
        definition={metric.definition}
        query={{ ...period, metric: metric.name, ...(groupBy !== '' && { groupBy }) }}
        controls={controls}
      >
        {(series) => <SeriesChart title={metric.title} series={series} kind="lines" />}
      </ChartCard>
    </div>
  );
}
