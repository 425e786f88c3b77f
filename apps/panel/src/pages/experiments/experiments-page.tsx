import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import * as z from 'zod/mini';
import { get } from '../../api/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { OffsetPager } from '../../ui/offset-pager.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { experiments as said } from '../../words/en/experiments.ts';
import { words } from '../../words/words.ts';
import { placeOf } from './experiment.ts';
import type { ExperimentPage } from './experiment.ts';
import styles from './experiments.module.css';

const pageSize = 20;
const listSearch = z.object({ offset: z._default(z.catch(z.coerce.number().check(z.int(), z.gte(0)), 0), 0) });

type Row = ExperimentPage['experiments'][number];

/** Every experiment with what its phases say now. */
export function Page() {
  const [{ offset }, setSearch] = useSearch(listSearch);
  const page = useQuery({
    queryKey: ['experiments', offset],
    queryFn: ({ signal }) => get<ExperimentPage>('/admin/mood/experiments', { limit: pageSize, offset }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title={words.shell.pages.experiments} lead={said.lead} />
      <Loaded query={page}>
        {({ experiments, total }) =>
          experiments.length === 0 ? (
            <StateBox kind="empty" title={said.none} action={<Link href="/templates">{said.toTemplates}</Link>}>
              {said.noneText}
            </StateBox>
          ) : (
            <>
              <Table caption={said.caption} columns={columns} rows={experiments} keyOf={({ name }) => name} />
              <OffsetPager
                label={said.caption}
                names={{ before: said.pageBefore, after: said.pageAfter }}
                offset={offset}
                pageSize={pageSize}
                hasMore={offset + pageSize < total}
                onTurn={(to) => setSearch({ offset: to }, { isStep: true })}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

const columns = [
  { key: 'name', title: said.name, cell: ({ name }: Row) => <Link href={`/experiments/${encodeURIComponent(name)}`}>{name}</Link> },
  {
    key: 'state',
    title: said.state,
    cell: ({ state }: Row) => <span title={state === 'idle' ? said.idleHint : undefined}>{said.states[state]}</span>,
  },
  {
    key: 'verdict',
    title: said.verdict,
    cell: ({ state, phases }: Row) =>
      phases.length === 0 ? (
        said.noneRuns[state]
      ) : (
        <ul className={styles['verdicts']}>
          {phases.map((phase) => (
            <li key={phase.id}>
              <strong className={styles[phase.verdict.kind]}>{phase.verdict.words}</strong>
              <span className={styles['soft']}>{placeOf(phase)}</span>
            </li>
          ))}
        </ul>
      ),
  },
];
