import { Link } from 'wouter';
import { Card } from '../../ui/card.tsx';
import { HeldUntil } from '../../ui/held-until.tsx';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import { MoodName } from '../../ui/mood-name.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { model as words } from '../../words/en/model.ts';
import { Somebody } from '../somebody.tsx';
import styles from './model.module.css';
import type { ModelDetails } from './model-queries.ts';

type Transition = ModelDetails['transitions'][number];

/** What happened to a mood last. */
export function LastChanges({ modelId, transitions }: { modelId: string; transitions: readonly Transition[] }) {
  return (
    <Card title={words.transitions} actions={<Link href={`/audit?modelId=${modelId}`}>{words.toAudit}</Link>}>
      {transitions.length === 0 ? (
        <p className={styles['soft']}>{words.noTransitions}</p>
      ) : (
        <Table caption={words.transitionsCaption} columns={columnsOf(modelId)} rows={transitions} keyOf={({ id }) => id} />
      )}
    </Card>
  );
}

const columnsOf = (modelId: string): readonly Column<Transition>[] => [
  {
    key: 'when',
    title: words.columns.when,
    cell: ({ version, changedAt }) => (
      <Link href={`/audit?modelId=${modelId}&open=${modelId}.${version}`} title={words.openEntry(version)}>
        <Instant at={changedAt} />
      </Link>
    ),
  },
  {
    key: 'change',
    title: words.columns.change,
    cell: ({ previousState, newState, heldUntil, holdEndedAt }) => (
      <div>
        <span className={styles['change']}>
          {previousState !== null && <MoodName state={previousState} />}
          <span aria-hidden="true">→</span>
          <MoodName state={newState} />
        </span>
        <HeldUntil heldUntil={heldUntil} holdEndedAt={holdEndedAt} />
      </div>
    ),
  },
  {
    key: 'who',
    title: words.columns.who,
    cell: ({ changedBy, adminUserId }) => (
      <div className={styles['who']}>
        {words.actors[changedBy]}
        {adminUserId !== null && (
          <span className={listStyles['note']}>
            <Somebody id={adminUserId} />
          </span>
        )}
      </div>
    ),
  },
];
