import { Link } from 'wouter';
import { inWords } from '../../time/format.ts';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import { asShare, counted, unknown } from '../../ui/numbers.ts';
import { Notice } from '../../ui/notice.tsx';
import { Table } from '../../ui/table.tsx';
import { experiments as said } from '../../words/en/experiments.ts';
import { asProbability, daysLeft, kindOf, placeOf } from './experiment.ts';
import type { Phase } from './experiment.ts';
import styles from './experiments.module.css';
import { IntervalChart } from './interval-chart.tsx';

type Variant = Phase['variants'][number];

/** What one phase says: one verdict first, then what it rests on. */
export function PhaseCard({ phase }: { phase: Phase }) {
  const { verdict, comparisons, endedAt, startedAt, asOf, variants } = phase;
  const left = daysLeft(phase);
  return (
    <Card title={endedAt === null ? placeOf(phase) : said.endedPhase(placeOf(phase), inWords(endedAt))}>
      <Notice kind={kindOf(verdict)} role="status">
        <strong className={styles['verdict']}>{verdict.words}</strong>
      </Notice>
      {comparisons?.map(({ variant, sequence }) => sequence !== null && <IntervalChart key={variant} variant={variant} {...sequence} />)}
      <dl className={styles['facts']}>
        <dt>{said.since}</dt>
        <dd>
          <Instant at={startedAt} />
          {endedAt !== null && (
            <>
              {' '}
              {said.until} <Instant at={endedAt} />
            </>
          )}
          <p className={styles['soft']}>
            {endedAt !== null ? said.ended : left === null ? said.notBegun : left > 0 ? said.daysLeft(left) : said.daysDone}
          </p>
        </dd>
        <dt>{said.sampleRatio}</dt>
        <dd>{sampleWords(phase)}</dd>
        <dt>{said.plan}</dt>
        <dd>
          {planWords(phase)}
          <p className={styles['soft']}>{said.changesStartPhase}</p>
        </dd>
        <dt>{said.asOf}</dt>
        <dd>
          <Instant at={asOf} />
        </dd>
      </dl>
      <Table caption={said.variants} columns={columns} rows={variants} keyOf={({ label }) => label} />
    </Card>
  );
}

function sampleWords({ sampleRatio }: Phase): string {
  if (sampleRatio === null) return said.sampleEarly;
  const p = asProbability(sampleRatio.p);
  return sampleRatio.broken ? said.sampleBroken(p) : said.sampleWell(p);
}

function planWords({ plan, planned }: Phase): string {
  const effect = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 }).format(plan.plannedEffect * 100);
  const words = [said.planOf(effect, counted(plan.plannedSize), plan.withinMinutes)];
  if (plan.holdout > 0) words.push(said.holdout(asShare(plan.holdout)));
  if (!planned) words.push(said.unplanned);
  return words.join(' ');
}

const columns = [
  { key: 'variant', title: said.variant, cell: ({ label }: Variant) => <strong>{label}</strong> },
  {
    key: 'text',
    title: said.text,
    cell: ({ content, templateId }: Variant) =>
      content === null ? (
        <span className={styles['soft']}>{said.noReply}</span>
      ) : (
        <>
          {content} {templateId !== null && <Link href={`/templates/${templateId}`}>{said.edit}</Link>}
        </>
      ),
  },
  {
    key: 'weight',
    title: said.weight,
    isNumber: true,
    cell: ({ weight, plannedShare }: Variant) => `${weight ?? unknown} (${asShare(plannedShare)})`,
  },
  { key: 'exposed', title: said.exposed, isNumber: true, cell: ({ exposed }: Variant) => counted(exposed) },
  { key: 'mature', title: said.mature, isNumber: true, cell: ({ mature }: Variant) => counted(mature) },
  { key: 'engaged', title: said.engaged, isNumber: true, cell: ({ engaged }: Variant) => counted(engaged) },
  {
    key: 'rate',
    title: said.rate,
    isNumber: true,
    cell: ({ rate, interval }: Variant) =>
      rate === null ? (
        '–'
      ) : (
        <span title={interval === null ? undefined : said.rateRange(asShare(interval.low), asShare(interval.high))}>{asShare(rate)}</span>
      ),
  },
];
