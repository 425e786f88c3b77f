import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { alertPageSchema } from '@mood/contract/alerts';
import { useState } from 'react';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import listStyles from '../../ui/list.module.css';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Select } from '../../ui/select.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import { isWholeId } from '../../ui/ids.ts';
import { TypedFilter } from '../../ui/typed-filter.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { alerts as words } from '../../words/en/alerts.ts';
import { words as all } from '../../words/words.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { alertColumns } from './alert-columns.tsx';
import type { Alert } from './alert-columns.tsx';
import { alertsSearch } from './alerts-search.ts';

const statuses = ['open', 'acknowledged', 'closed'] as const;
const rules = ['content_refusals', 'limit_refusals', 'changes'] as const;
const everyMinute = 60_000;

export function Page() {
  const { scopes } = useSession();
  const [search, set] = useSearch(alertsSearch);
  const [asked, setAsked] = useState<Alert | null>(null);
  const query = { ...search, status: search.status === 'all' ? '' : search.status };
  const page = useQuery({
    queryKey: ['alerts', 'page', query],
    queryFn: ({ signal }) => get<z.output<typeof alertPageSchema>>('/admin/mood/alerts', query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMinute,
  });
  const mayAcknowledge = scopes.includes('alerts:write');
  const filter = (changes: Partial<typeof search>) => set({ ...changes, cursor: '' }, { isStep: true });
  return (
    <>
      <PageHeader title={all.shell.pages.alerts} lead={words.lead} />
      <search className={listStyles['filters']} aria-label={words.filters}>
        <Select
          label={words.status}
          value={search.status}
          options={[...statuses.map((value) => ({ value, text: words.statuses[value] })), { value: 'all', text: words.anyStatus }]}
          onChange={(status) => filter({ status })}
        />
        <Select
          label={words.rule}
          value={search.rule}
          options={[{ value: '', text: words.anyRule }, ...rules.map((value) => ({ value, text: words.rules[value] }))]}
          onChange={(rule) => filter({ rule })}
        />
        <TypedFilter
          label={words.model}
          hint={words.modelHint}
          problem={words.badModel}
          value={search.modelId}
          isWhole={isWholeId}
          onChange={(modelId) => filter({ modelId })}
        />
      </search>
      {!mayAcknowledge && <Notice kind="info">{words.needsScope}</Notice>}
      <Loaded query={page}>
        {({ alerts, nextCursor }) => (
          <>
            {alerts.length === 0 ? (
              <StateBox kind="empty" title={words.empty}>
                {words.emptyText}
              </StateBox>
            ) : (
              <Table caption={words.caption} columns={alertColumns(mayAcknowledge, setAsked)} rows={alerts} keyOf={({ id }) => id} />
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
      {asked !== null && <AcknowledgeDialog alert={asked} onClose={() => setAsked(null)} />}
    </>
  );
}
