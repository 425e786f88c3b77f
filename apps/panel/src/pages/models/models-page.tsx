import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { listedModelSchema, modelPageSchema } from '@mood/contract/moderation';
import type { z } from 'zod';
import { Link } from 'wouter';
import { get } from '../../api/api.ts';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Select } from '../../ui/select.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { isWholeId } from '../../ui/ids.ts';
import { TypedFilter } from '../../ui/typed-filter.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { models as words } from '../../words/en/models.ts';
import { words as all } from '../../words/words.ts';
import { Somebody } from '../somebody.tsx';
import { isBeginningOfId, modelsSearch } from './models-search.ts';

type Listed = z.output<typeof listedModelSchema>;

const moods = ['positive', 'neutral', 'negative'] as const;
const actors = ['model', 'admin', 'system'] as const;
const limits = ['', 'true', 'false'] as const;

export function Page() {
  const [search, set] = useSearch(modelsSearch);
  const page = useQuery({
    queryKey: ['models', search],
    queryFn: ({ signal }) => get<z.output<typeof modelPageSchema>>('/admin/mood/models', search, signal),
    placeholderData: keepPreviousData,
  });
  const filter = (changes: Partial<typeof search>) => set({ ...changes, cursor: '' }, { isStep: true });
  return (
    <>
      <PageHeader title={all.shell.pages.models} lead={words.lead} />
      <search className={listStyles['filters']} aria-label={words.filters}>
        <TypedFilter
          label={words.search}
          hint={words.searchHint}
          problem={words.searchProblem}
          value={search.q}
          isWhole={isBeginningOfId}
          onChange={(q) => set({ q, cursor: '' })}
        />
        <Select
          label={words.mood}
          value={search.moodState}
          options={[{ value: '', text: words.anyMood }, ...moods.map((value) => ({ value, text: all.common.moods[value] }))]}
          onChange={(moodState) => filter({ moodState })}
        />
        <Select
          label={words.changedBy}
          value={search.changedBy}
          options={[{ value: '', text: words.anybody }, ...actors.map((value) => ({ value, text: words.by[value] }))]}
          onChange={(changedBy) => filter({ changedBy })}
        />
        <Select
          label={words.limit}
          value={search.atLimit}
          options={limits.map((value) => ({ value, text: words.limits[value] }))}
          onChange={(atLimit) => filter({ atLimit })}
        />
      </search>
      <Loaded query={page}>
        {({ models, nextCursor }) => (
          <>
            {models.length === 0 ? (
              <StateBox
                kind="empty"
                title={words.empty}
                action={isWholeId(search.q) && <Link href={`/models/${search.q}`}>{words.openWhole(search.q)}</Link>}
              >
                {words.emptyText}
              </StateBox>
            ) : (
              <Table caption={words.caption} columns={columns} rows={models} keyOf={({ modelId }) => modelId} />
            )}
            <Pager
              label={words.caption}
              cursor={search.cursor}
              nextCursor={nextCursor}
              onTurn={(cursor) => set({ cursor }, { isStep: true })}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

const columns: readonly Column<Listed>[] = [
  {
    key: 'model',
    title: words.columns.model,
    cell: ({ modelId }) => <Somebody id={modelId} to={`/models/${modelId}`} />,
  },
  {
    key: 'mood',
    title: words.columns.mood,
    cell: ({ moodState, expiresAt, autoRespond }) => (
      <div>
        <MoodName state={moodState} />
        {expiresAt !== null && (
          <span className={listStyles['note']}>
            {words.ends} <Instant at={expiresAt} />
          </span>
        )}
        {autoRespond && <span className={listStyles['note']}>{words.repliesOn}</span>}
      </div>
    ),
  },
  {
    key: 'message',
    title: words.columns.message,
    cell: ({ customMessage }) => customMessage ?? <span className={listStyles['note']}>{words.noMessage}</span>,
  },
  {
    key: 'changed',
    title: words.columns.changed,
    cell: ({ lastUpdated, changedBy }) => (
      <div>
        <Instant at={lastUpdated} />
        <span className={listStyles['note']}>{words.by[changedBy]}</span>
      </div>
    ),
  },
  {
    key: 'left',
    title: words.columns.left,
    isNumber: true,
    cell: ({ changes: { remaining, limit, moreAt } }) => (
      <div>
        {words.left(remaining, limit)}
        {remaining === 0 && moreAt !== null && (
          <span className={listStyles['note']}>
            {words.more} <Instant at={moreAt} form="time" />
          </span>
        )}
      </div>
    ),
  },
  {
    key: 'hold',
    title: words.columns.hold,
    cell: ({ heldUntil }) =>
      heldUntil === null ? <span className={listStyles['note']}>{words.notHeld}</span> : <Instant at={heldUntil} />,
  },
];
