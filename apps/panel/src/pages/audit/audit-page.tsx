import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { auditPageSchema } from '@mood/contract/audit';
import type { z } from 'zod';
import { get, urlOf } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { Button } from '../../ui/button.tsx';
import { ButtonLink } from '../../ui/button-link.tsx';
import { HeldUntil } from '../../ui/held-until.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Pager } from '../../ui/pager.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { audit as said } from '../../words/en/audit.ts';
import { words } from '../../words/words.ts';
import { Somebody } from '../somebody.tsx';
import styles from './audit.module.css';
import { AuditFilters, isFiltered } from './audit-filters.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { auditSearch, boundsOf } from './search.ts';

type AuditPage = z.output<typeof auditPageSchema>;
type Entry = AuditPage['entries'][number];

/** The record: filters live in the address; a row opens before and after, who and why. */
export function Page() {
  const { subject } = useSession();
  const [search, setSearch] = useSearch(auditSearch);
  const { cursor, open, from, to, ...rest } = search;
  const filter = { ...rest, ...boundsOf({ from, to }), sealed: 'hidden' };
  const page = useQuery({
    queryKey: ['audit', subject, filter, cursor],
    queryFn: ({ signal }) => get<AuditPage>('/admin/mood/audit', { ...filter, cursor }, signal),
    placeholderData: keepPreviousData,
  });
  const [modelId, version] = open.split('.');

  return (
    <>
      <PageHeader
        title={words.shell.pages.audit}
        lead={said.lead}
        actions={
          <>
            <ButtonLink href={urlOf('/admin/mood/audit/export', { ...filter, format: 'csv' })} download title={said.exportNote}>
              {said.export}
            </ButtonLink>
            <ButtonLink
              kind="quiet"
              href={urlOf('/admin/mood/audit/export', { ...filter, format: 'ndjson' })}
              download
              title={said.exportNote}
            >
              {said.exportLines}
            </ButtonLink>
          </>
        }
      />
      <AuditFilters search={search} onChange={(changes) => setSearch({ ...changes, cursor: '' }, { isStep: true })} />
      <Loaded query={page}>
        {({ entries, nextCursor }) =>
          entries.length === 0 ? (
            <StateBox kind="empty" title={isFiltered(search) ? said.nothing : said.nothingYet}>
              {isFiltered(search) ? said.nothingText : said.nothingYetText}
            </StateBox>
          ) : (
            <>
              <Table caption={said.caption} columns={columns(openEntry)} rows={entries} keyOf={({ id }) => id} />
              <Pager
                label={said.caption}
                cursor={cursor}
                nextCursor={nextCursor}
                onTurn={(to) => setSearch({ cursor: to }, { isStep: true })}
              />
            </>
          )
        }
      </Loaded>
      {modelId !== undefined && version !== undefined && (
        <EntryDialog modelId={modelId} version={Number(version)} onClose={() => setSearch({ open: '' }, { isStep: true })} />
      )}
    </>
  );

  function openEntry(entry: Entry) {
    setSearch({ open: `${entry.modelId}.${entry.version}` }, { isStep: true });
  }
}

const columns = (onOpen: (entry: Entry) => void) => [
  { key: 'when', title: said.when, cell: ({ createdAt }: Entry) => <Instant at={createdAt} /> },
  {
    key: 'change',
    title: said.change,
    cell: ({ previousState, newState, heldUntil, holdEndedAt }: Entry) => (
      <span className={styles['change']}>
        {previousState !== null && <MoodName state={previousState} />}
        <span aria-hidden="true">→</span>
        <MoodName state={newState} />
        <HeldUntil heldUntil={heldUntil} holdEndedAt={holdEndedAt} />
      </span>
    ),
  },
  {
    key: 'who',
    title: said.who,
    cell: ({ changedBy, adminUserId }: Entry) => (
      <>
        {said.actor[changedBy]}
        {adminUserId !== null && (
          <span className={styles['id']}>
            <Somebody id={adminUserId} />
          </span>
        )}
      </>
    ),
  },
  { key: 'model', title: said.model, cell: ({ modelId }: Entry) => <Somebody id={modelId} to={`/models/${modelId}`} /> },
  {
    key: 'open',
    title: '',
    cell: (entry: Entry) => (
      <Button kind="quiet" aria-label={said.openOf(entry.modelId, entry.version)} onPress={() => onOpen(entry)}>
        {said.open}
      </Button>
    ),
  },
];
