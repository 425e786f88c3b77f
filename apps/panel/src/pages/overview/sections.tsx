import { Link } from 'wouter';
import { Card } from '../../ui/card.tsx';
import { Bars } from '../../ui/bars.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Select } from '../../ui/select.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { words as all } from '../../words/words.ts';
import { Somebody } from '../somebody.tsx';
import { ChartCard } from './chart-card.tsx';
import { Numerals } from './glance.tsx';
import { groupName } from './labels.ts';
import { inUnit } from './numbers.ts';
import styles from './overview.module.css';
import { Parts } from './parts.tsx';
import { dayIn, addDays } from './period.ts';
import { coarse, useTop } from './queries.ts';
import type { SectionProps } from './section-props.ts';
import { SeriesChart } from './series-chart.tsx';

const moodOrder = ['neutral', 'negative', 'positive'];

export function MoodsCard({ metrics, period }: SectionProps) {
  return (
    <div className={styles['wide']} id="moods">
      <ChartCard
        title={words.moods}
        definition={metrics.get('state_time_share')?.definition}
        query={{ ...period, metric: 'state_time_share', groupBy: 'state' }}
        order={moodOrder}
        below={<p className={styles['whom']}>{words.moodsWhom}</p>}
      >
        {(series) => <SeriesChart title={words.moods} series={series} order={moodOrder} kind="areas" max={1} />}
      </ChartCard>
    </div>
  );
}

const isMood = (key: string): key is keyof typeof all.common.moods => key in all.common.moods;
const moodLink = (key: string) => (isMood(key) ? <Link href={`/models?moodState=${key}`}>{all.common.moods[key]}</Link> : key);

export function MoodsNowCard({ metrics, period: { timeZone } }: SectionProps) {
  const today = dayIn(timeZone, new Date());
  return (
    <ChartCard
      title={words.moodsNow}
      definition={metrics.get('moods_now')?.definition}
      query={{ from: today, to: addDays(today, 1), timeZone, interval: 'day', metric: 'moods_now', groupBy: 'state' }}
      below={<p className={styles['whom']}>{words.moodsNowWhom}</p>}
    >
      {(series) => <Parts label={words.moodsNow} series={series} name={moodLink} />}
    </ChartCard>
  );
}

const changeGroups = ['changed_by', 'state'] as const;

export function ChangesCard({ metrics, period, search, set, summary }: SectionProps) {
  const order = search.changes === 'state' ? moodOrder : ['model', 'system', 'admin'];
  return (
    <div className={styles['wide']} id="changes">
      <ChartCard
        title={words.changes}
        definition={metrics.get('changes')?.definition}
        query={{ ...period, metric: 'changes', groupBy: search.changes }}
        order={order}
        controls={
          <div className={styles['controls']} data-noprint>
            <Select
              label={words.groupBy}
              value={search.changes}
              options={changeGroups.map((value) => ({ value, text: words.groups[value] }))}
              onChange={(changes) => set({ changes })}
            />
          </div>
        }
        below={
          <div className={styles['numbers']}>
            <Numerals names={['changes_per_model', 'mood_duration', 'models_adopted_7d']} summary={summary} metrics={metrics} />
          </div>
        }
      >
        {(series) => <SeriesChart title={words.changes} series={series} order={order} kind="columns" />}
      </ChartCard>
    </div>
  );
}

export function EngagementCard({ metrics, period, summary }: SectionProps) {
  return (
    <div className={styles['wide']} id="engagement">
      <ChartCard
        title={words.engagement}
        definition={metrics.get('engagement_60m')?.definition}
        query={{ ...period, metric: 'engagement_60m' }}
        below={
          <div className={styles['numbers']}>
            <Numerals names={['engagement_5m', 'engagement_60m', 'engagement_24h', 'continued_24h']} summary={summary} metrics={metrics} />
          </div>
        }
      >
        {(series) => <SeriesChart title={metrics.get('engagement_60m')?.title ?? words.engagement} series={series} kind="lines" />}
      </ChartCard>
    </div>
  );
}

const templateGroups = ['type', 'mood', 'tier', 'locale', 'template'] as const;

export function TemplatesCard({ metrics, period, search, set, summary }: SectionProps) {
  const name = (key: string) => (key === '' ? groupName(key) : <Link href={`/templates/${key}`}>{key}</Link>);
  return (
    <div id="templates">
      <ChartCard
        title={words.templates}
        definition={metrics.get('templates_rendered')?.definition}
        query={{ ...period, interval: coarse(period.interval), metric: 'templates_rendered', groupBy: search.templates }}
        controls={
          <div className={styles['controls']} data-noprint>
            <Select
              label={words.groupBy}
              value={search.templates}
              options={templateGroups.map((value) => ({ value, text: words.groups[value] }))}
              onChange={(templates) => set({ templates })}
            />
          </div>
        }
        below={
          <div className={styles['numbers']}>
            <Numerals names={['templates_failed', 'templates_skipped']} summary={summary} metrics={metrics} />
          </div>
        }
      >
        {(series) => <Parts label={words.templates} series={series} {...(search.templates === 'template' && { name })} />}
      </ChartCard>
    </div>
  );
}

const refusalGroups = { content_refusals: 'kind', limit_hits: 'limit', auth_failures: 'reason', forbidden: 'route' } as const;
const refusalKinds = ['content_refusals', 'limit_hits', 'auth_failures', 'forbidden'] as const;

export function RefusalsCard({ metrics, period, search, set, summary }: SectionProps) {
  return (
    <div id="refusals">
      <ChartCard
        title={words.refusals}
        definition={metrics.get(search.refusals)?.definition}
        query={{ ...period, interval: coarse(period.interval), metric: search.refusals, groupBy: refusalGroups[search.refusals] }}
        controls={
          <div className={styles['controls']} data-noprint>
            <Select
              label={words.groupBy}
              value={search.refusals}
              options={refusalKinds.map((value) => ({ value, text: words.refusalKinds[value] }))}
              onChange={(refusals) => set({ refusals })}
            />
          </div>
        }
        below={
          <div className={styles['numbers']}>
            <Numerals names={['auth_failures', 'forbidden']} summary={summary} metrics={metrics} />
          </div>
        }
      >
        {(series) => <Parts label={words.refusalKinds[search.refusals]} series={series} />}
      </ChartCard>
    </div>
  );
}

const topKinds = ['changes', 'replies_sent', 'limit_hits', 'content_refusals'] as const;

export function TopCard({ period, search, set }: SectionProps) {
  const top = useTop(search.top, period);
  return (
    <div className={styles['wide']}>
      <Card title={words.top}>
        <div className={styles['controls']} data-noprint>
          <Select
            label={words.groupBy}
            value={search.top}
            options={topKinds.map((value) => ({ value, text: words.topKinds[value] }))}
            onChange={(value) => set({ top: value })}
          />
        </div>
        <Loaded query={top}>
          {({ models, unit }) =>
            models.length === 0 ? (
              <StateBox kind="empty" title={words.nothing} />
            ) : (
              <Bars
                label={words.topKinds[search.top]}
                bars={models.map(({ modelId, value }) => ({
                  key: modelId,
                  name: <Somebody id={modelId} to={`/models/${modelId}`} />,
                  value,
                  text: inUnit(value, unit),
                }))}
              />
            )
          }
        </Loaded>
      </Card>
    </div>
  );
}
