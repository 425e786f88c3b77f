import { useInfiniteQuery } from '@tanstack/react-query';
import type { moodHistorySchema } from '@mood/contract/moods';
import { Link } from 'wouter';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { lengthInWords } from '../../time/format.ts';
import { useNow } from '../../time/use-now.ts';
import { Card } from '../../ui/card.tsx';
import { HeldUntil } from '../../ui/held-until.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { Older } from '../../ui/older.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { history as said } from '../../words/en/history.ts';
import { words } from '../../words/words.ts';
import styles from './history.module.css';
import { WeekStrip } from './week-strip.tsx';

type History = z.output<typeof moodHistorySchema>;

interface Row {
  id: string;
  change: History['history'][number];
  /** When the next one came; null: it is the present one. */
  until: string | null;
}

export function Page() {
  const { subject } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['mood', 'history', subject, 'all'],
    queryFn: ({ pageParam, signal }) => get<History>(`/mood/${subject}/history`, { limit: 20, before: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <>
      <PageHeader title={words.shell.pages.history} lead={said.lead} />
      <Loaded query={query}>
        {({ pages }) => {
          const changes = pages.flatMap(({ history }) => history);
          if (changes.length === 0) {
            return (
              <StateBox kind="empty" title={said.emptyTitle} action={<Link href="/">{said.toMood}</Link>}>
                {said.emptyText}
              </StateBox>
            );
          }
          return (
            <div className={styles['page']}>
              <WeekStrip modelId={subject} />
              <Card title={said.table}>
                <Changes changes={changes} />
                <Older query={query} />
              </Card>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function By({ change: { changedBy, heldUntil, holdEndedAt } }: { change: History['history'][number] }) {
  return (
    <div>
      {said.whom[changedBy]}
      {heldUntil !== null && (
        <p>
          <HeldUntil heldUntil={heldUntil} holdEndedAt={holdEndedAt} />
        </p>
      )}
    </div>
  );
}

function Changes({ changes }: { changes: History['history'] }) {
  const now = useNow();
  const rows = changes.map((change, index): Row => {
    const next = changes[index - 1];
    // Two changes can have the same time, but not at the same distance from the first one ever.
    return { id: String(changes.length - index), change, until: next?.changedAt ?? null };
  });
  const columns: readonly Column<Row>[] = [
    { key: 'when', title: said.when, cell: ({ change }) => <Instant at={change.changedAt} /> },
    { key: 'mood', title: said.mood, cell: ({ change }) => <MoodName state={change.moodState} /> },
    {
      key: 'message',
      title: said.message,
      cell: ({ change }) => change.customMessage ?? <span className={styles['note']}>{said.noMessage}</span>,
    },
    { key: 'by', title: said.by, cell: ({ change }) => <By change={change} /> },
    {
      key: 'lasted',
      title: said.lasted,
      cell: ({ change, until }) => {
        const length = lengthInWords((until === null ? now : Date.parse(until)) - Date.parse(change.changedAt));
        return until === null ? said.soFar(length) : length;
      },
    },
  ];
  return <Table caption={said.table} columns={columns} rows={rows} keyOf={({ id }) => id} />;
}
