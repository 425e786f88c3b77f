import { useInfiniteQuery } from '@tanstack/react-query';
import type { flagHistorySchema } from '@mood/contract/flags';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import { Loaded } from '../../ui/loaded.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { flags as words } from '../../words/en/flags.ts';
import { Changer } from './changer.tsx';
import { ruleInWords } from './flag-rule.ts';
import type { Flag } from './flag-rule.ts';
import styles from './flags.module.css';

type History = z.output<typeof flagHistorySchema>;
type Change = History['changes'][number];

/** Every change of a flag, the newest first. */
export function FlagHistory({ flag: { key, version } }: { flag: Flag }) {
  const history = useInfiniteQuery({
    queryKey: ['flags', key, version],
    queryFn: ({ pageParam, signal }) => get<History>(`/admin/mood/flags/${key}/history`, { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return (
    <div className={styles['history']}>
      <Loaded query={history}>
        {({ pages }) => {
          const changes = pages.flatMap((page) => page.changes);
          return changes.length === 0 ? (
            <p className={styles['soft']}>{words.noHistory}</p>
          ) : (
            <Table caption={words.historyOf(words.name(key))} columns={columns} rows={changes} keyOf={(change) => String(change.version)} />
          );
        }}
      </Loaded>
      {history.hasNextPage && (
        <Button kind="quiet" isDisabled={history.isFetchingNextPage} onPress={() => void history.fetchNextPage()}>
          {words.older}
        </Button>
      )}
    </div>
  );
}

const columns: readonly Column<Change>[] = [
  { key: 'when', title: words.columns.when, cell: ({ changedAt }) => <Instant at={changedAt} /> },
  {
    key: 'what',
    title: words.columns.what,
    cell: ({ before, after }) => (
      <div>
        {ruleInWords(after)}
        <span className={listStyles['note']}>
          {words.before}: {before === null ? words.default : ruleInWords(before)}
        </span>
      </div>
    ),
  },
  {
    key: 'who',
    title: words.columns.who,
    cell: ({ changedBy, reason }) => <Changer by={changedBy} reason={reason} />,
  },
  { key: 'why', title: words.columns.why, cell: ({ reason }) => reason ?? '' },
];
