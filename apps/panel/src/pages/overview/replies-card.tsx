import { Bars } from '../../ui/bars.tsx';
import type { Bar } from '../../ui/bars.tsx';
import { Card } from '../../ui/card.tsx';
import { Hint } from '../../ui/hint.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { ChartCard } from './chart-card.tsx';
import { Numerals } from './glance.tsx';
import { comparedWith, inUnit } from './numbers.ts';
import styles from './overview.module.css';
import { Parts } from './parts.tsx';
import { coarse } from './queries.ts';
import type { MetricName } from './queries.ts';
import type { SectionProps } from './section-props.ts';

/** From the message that was reported to the reply that went out. */
const steps: readonly MetricName[] = [
  'replies_reported',
  'replies_ignored',
  'replies_joined',
  'replies_scheduled',
  'replies_cancelled',
  'replies_failed',
  'replies_sent',
];

/** What became of the messages that users wrote. */
export function RepliesCard({ summary, metrics, period }: SectionProps) {
  const valueOf = (name: string) => summary.metrics.find((metric) => metric.name === name);
  const reported = valueOf('replies_reported')?.value ?? 0;
  const bars = steps.map((name): Bar => {
    const { value = null, previous = null, unit = 'messages' } = valueOf(name) ?? {};
    const metric = metrics.get(name);
    const share =
      reported > 0 && value !== null && name !== 'replies_reported' ? words.ofReported(inUnit(value / reported, 'share')) : null;
    const before = words.before(inUnit(previous, unit), comparedWith(value, previous, unit));
    return {
      key: name,
      name: metric === undefined ? name : <Hint term={metric.title}>{metric.definition}</Hint>,
      value: value ?? 0,
      text: inUnit(value, unit),
      note: share === null ? before : `${share} · ${before}`,
      colour: name === 'replies_sent' ? 'accent' : 'neutral',
    };
  });
  const groups = { ...period, interval: coarse(period.interval), groupBy: 'reason' };
  return (
    <>
      <div className={styles['wide']} id="replies">
        <Card title={words.replies}>
          <Bars label={words.replies} bars={bars} />
          <div className={styles['numbers']}>
            <Numerals names={['reply_lateness']} summary={summary} metrics={metrics} />
          </div>
        </Card>
      </div>
      <div className={styles['stacked']}>
        <ChartCard
          title={words.ignoredWhy}
          definition={metrics.get('replies_ignored')?.definition}
          query={{ ...groups, metric: 'replies_ignored' }}
        >
          {(series) => <Parts label={words.ignoredWhy} series={series} />}
        </ChartCard>
        <ChartCard
          title={words.cancelledWhy}
          definition={metrics.get('replies_cancelled')?.definition}
          query={{ ...groups, metric: 'replies_cancelled' }}
        >
          {(series) => <Parts label={words.cancelledWhy} series={series} />}
        </ChartCard>
      </div>
    </>
  );
}
