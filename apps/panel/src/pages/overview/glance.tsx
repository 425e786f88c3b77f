import { overview as words } from '../../words/en/overview.ts';
import { Numeral } from './numeral.tsx';
import styles from './overview.module.css';
import type { SectionProps } from './section-props.ts';
import { useOpenAlerts } from './queries.ts';
import type { MetricName } from './queries.ts';
import { rowsBehind } from './rows-behind.ts';

/** Known for the present alone: there is no value before. */
const ofNow: ReadonlySet<string> = new Set(['moods_active', 'moods_now', 'audit_complete']);

/** Numbers of the summary, in a row. */
export function Numerals({ names, summary, metrics }: { names: readonly MetricName[] } & Pick<SectionProps, 'summary' | 'metrics'>) {
  return names.map((name) => {
    const found = summary.metrics.find((metric) => metric.name === name);
    const metric = metrics.get(name);
    return (
      found && (
        <Numeral
          key={name}
          name={name}
          title={metric?.title ?? name.replaceAll('_', ' ')}
          definition={metric?.definition}
          value={found.value}
          previous={ofNow.has(name) ? undefined : found.previous}
          unit={found.unit}
          to={rowsBehind(name, summary)}
        />
      )
    );
  });
}

const first: readonly MetricName[] = [
  'moods_active',
  'models_adopted_30d',
  'models_known',
  'changes',
  'replies_sent',
  'engagement_60m',
  'templates_rendered',
  'content_refusals',
  'limit_hits',
];
const last: readonly MetricName[] = ['feedback_score', 'audit_complete'];

/** The numbers that people come for. */
export function Glance(props: SectionProps) {
  const { data } = useOpenAlerts();
  return (
    <section className={styles['glance']} aria-label={words.numbers}>
      <Numerals names={first} {...props} />
      {data && (
        <Numeral
          name="open_alerts"
          title={words.openAlerts}
          definition={words.openAlertsDefinition}
          value={data.alerts.length}
          previous={undefined}
          unit={data.nextCursor === null ? 'alerts' : 'more alerts'}
          to="/alerts"
        />
      )}
      <Numerals names={last} {...props} />
    </section>
  );
}
