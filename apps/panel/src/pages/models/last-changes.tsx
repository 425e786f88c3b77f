import { Link } from 'wouter';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { model as words } from '../../words/en/model.ts';
import styles from './model.module.css';
import { useTransitions } from './model-queries.ts';
import type { Transition } from './model-queries.ts';

/** What happened to a mood last. */
export function LastChanges({ modelId }: { modelId: string }) {
  const transitions = useTransitions(modelId);
  return (
    <Card title={words.transitions} actions={<Link href={`/audit?modelId=${modelId}`}>{words.toAudit}</Link>}>
      <Loaded query={transitions}>
        {({ entries }) =>
          entries.length === 0 ? (
            <p className={styles['soft']}>{words.noTransitions}</p>
          ) : (
            <Table caption={words.transitionsCaption} columns={columns} rows={entries} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </Card>
  );
}

const columns: readonly Column<Transition>[] = [
  {
    key: 'when',
    title: words.columns.when,
    cell: ({ modelId, version, createdAt }) => (
      <Link href={`/audit?modelId=${modelId}&open=${modelId}.${version}`} title={words.openEntry(version)}>
        <Instant at={createdAt} />
      </Link>
    ),
  },
  {
    key: 'change',
    title: words.columns.change,
    cell: ({ previousState, newState }) => (
      <span className={styles['change']}>
        {previousState !== null && <MoodName state={previousState} />}
        <span aria-hidden="true">→</span>
        <MoodName state={newState} />
      </span>
    ),
  },
  {
    key: 'who',
    title: words.columns.who,
    cell: ({ changedBy, adminUserId }) => (
      <div>
        {words.actors[changedBy]}
        {adminUserId !== null && <span className={listStyles['note']}>{adminUserId}</span>}
      </div>
    ),
  },
];
