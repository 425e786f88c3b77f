import { useDeferredValue, useState } from 'react';
import { ApiError } from '../../api/api.ts';
import { inWords } from '../../time/format.ts';
import { useRefused } from '../../ui/address.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { overview as words } from '../../words/en/overview.ts';
import { words as all } from '../../words/words.ts';
import { AnyMetric } from './any-metric.tsx';
import { Glance } from './glance.tsx';
import { OpenAlerts } from './open-alerts.tsx';
import styles from './overview.module.css';
import { PeriodBar } from './period-bar.tsx';
import { overviewSearch, periodOf } from './period.ts';
import { useMetrics, useOpenAlerts, useSummary } from './queries.ts';
import type { SectionProps } from './section-props.ts';
import { ChangesCard, EngagementCard, MoodsCard, MoodsNowCard, RefusalsCard, TemplatesCard, TopCard } from './sections.tsx';
import { RepliesCard } from './replies-card.tsx';

export function Page() {
  const [search, set] = useSearch(overviewSearch);
  // The day does not turn under who reads: the next visit begins anew.
  const [now] = useState(() => new Date());
  // Days that an address names beside another range than theirs.
  useRefused('from', search.range !== 'custom' && search.from !== '');
  useRefused('to', search.range !== 'custom' && search.to !== '');
  const found = periodOf(search, now);
  const period = typeof found === 'string' ? null : found;
  const summary = useSummary(period);
  const metrics = useMetrics();
  // Asked for with the others, not when they have come.
  useOpenAlerts();
  const asOf = summary.data === undefined || period === null ? null : inWords(summary.data.asOf, 'moment', period.timeZone);
  const isForbidden = (error: Error | null) => error instanceof ApiError && error.status === 403;
  return (
    <>
      <PageHeader title={all.shell.pages.overview} lead={period === null ? undefined : words.lead(asOf, period.timeZone)} />
      <PeriodBar search={search} set={set} />
      {isForbidden(summary.error) ? (
        <div className={styles['grid']}>
          <StateBox kind="empty" title={words.forbiddenHeading}>
            {words.forbidden}
          </StateBox>
          <OpenAlerts />
        </div>
      ) : (
        period !== null && (
          <Loaded query={summary}>
            {(numbers) => <Numbers summary={numbers} metrics={metrics.data ?? new Map()} period={period} search={search} set={set} />}
          </Loaded>
        )
      )}
    </>
  );
}

/** The numbers that people come for are drawn at once, and then what is below them. */
function Numbers(props: SectionProps) {
  const isTime = useDeferredValue(true, false);
  return (
    <div className={styles['grid']}>
      <Glance {...props} />
      {isTime && <Cards {...props} />}
    </div>
  );
}

function Cards(props: SectionProps) {
  return (
    <>
      <MoodsCard {...props} />
      <MoodsNowCard {...props} />
      <ChangesCard {...props} />
      <OpenAlerts />
      <RepliesCard {...props} />
      <EngagementCard {...props} />
      <TemplatesCard {...props} />
      <RefusalsCard {...props} />
      <TopCard {...props} />
      <AnyMetric {...props} />
    </>
  );
}
