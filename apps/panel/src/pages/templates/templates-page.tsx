import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get, urlOf } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { Button } from '../../ui/button.tsx';
import { ButtonLink } from '../../ui/button-link.tsx';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { OffsetPager } from '../../ui/offset-pager.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Select } from '../../ui/select.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { useSearch } from '../../ui/use-search.ts';
import listStyles from '../../ui/list.module.css';
import { Tag } from '../../ui/tag.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import { CoverageCard } from './coverage-card.tsx';
import { Place } from './place.tsx';
import { moods, tiers, types } from './template.ts';
import type { Template, TemplatePage } from './template.ts';
import { noFilters, templatesSearch } from './templates-search.ts';
import type { TemplatesSearch } from './templates-search.ts';
import styles from './templates.module.css';

const pageSize = 25;

/** Where texts are missing, and every template, by filters that live in the address. */
export function Page() {
  const { scopes } = useSession();
  const [search, setSearch] = useSearch(templatesSearch);
  const page = useQuery({
    queryKey: ['templates', 'list', search],
    queryFn: ({ signal }) => get<TemplatePage>('/admin/mood/templates', { ...search, limit: pageSize }, signal),
    placeholderData: keepPreviousData,
  });
  const mayWrite = scopes.includes('templates:write');
  const filter = (changes: Partial<TemplatesSearch>) => setSearch({ ...changes, offset: 0 }, { isStep: true });
  return (
    <>
      <PageHeader
        title={words.shell.pages.templates}
        lead={said.lead}
        actions={
          <>
            {mayWrite && (
              <>
                <Link href="/templates/new" asChild>
                  <ButtonLink kind="first">{said.new}</ButtonLink>
                </Link>
                <Link href="/templates/import" asChild>
                  <ButtonLink>{said.import}</ButtonLink>
                </Link>
              </>
            )}
            <ButtonLink href={urlOf('/admin/mood/templates/export')} download>
              {said.export}
            </ButtonLink>
          </>
        }
      />
      <div className={styles['parts']}>
        {!mayWrite && <p className={styles['soft']}>{said.mayNotWrite}</p>}
        <CoverageCard mayWrite={mayWrite} />
        <Card title={words.shell.pages.templates}>
          <Filters search={search} onChange={filter} />
          <Loaded query={page}>
            {({ templates, total, more }) =>
              templates.length === 0 ? (
                <StateBox kind="empty" title={said.nothing} action={<Button onPress={() => filter(noFilters)}>{said.clear}</Button>}>
                  {said.nothingText}
                </StateBox>
              ) : (
                <>
                  <p className={styles['soft']}>{said.total(total)}</p>
                  <Table caption={said.caption} columns={columns} rows={templates} keyOf={({ id }) => id} />
                  <OffsetPager
                    label={said.caption}
                    names={{ before: said.newer, after: said.older }}
                    offset={search.offset}
                    pageSize={pageSize}
                    hasMore={more}
                    onTurn={(offset) => setSearch({ offset }, { isStep: true })}
                  />
                </>
              )
            }
          </Loaded>
        </Card>
      </div>
    </>
  );
}

function Filters({ search, onChange }: { search: TemplatesSearch; onChange: (changes: Partial<TemplatesSearch>) => void }) {
  const { common } = words;
  return (
    <search className={listStyles['filters']} aria-label={said.filters}>
      <Select
        label={said.mood}
        value={search.moodState}
        options={[{ value: '', text: said.anyMood }, ...moods.map((value) => ({ value, text: common.moods[value] }))]}
        onChange={(moodState) => onChange({ moodState })}
      />
      <Select
        label={said.type}
        value={search.templateType}
        options={[{ value: '', text: said.anyType }, ...types.map((value) => ({ value, text: common.types[value] }))]}
        onChange={(templateType) => onChange({ templateType })}
      />
      <Select
        label={said.tier}
        value={search.tierLevel}
        options={[
          { value: '', text: said.everyTier },
          { value: 'none', text: said.forAnyTier },
          ...tiers.map((value) => ({ value, text: common.tiers[value] })),
        ]}
        onChange={(tierLevel) => onChange({ tierLevel })}
      />
      <Select
        label={said.state}
        value={search.active}
        options={(['', 'true', 'false'] as const).map((value) => ({
          value,
          text: said.states[value],
        }))}
        onChange={(active) => onChange({ active })}
      />
      {search.experiment !== '' && (
        <Button onPress={() => onChange({ experiment: '' })}>{said.withoutExperiment(search.experiment)}</Button>
      )}
    </search>
  );
}

const columns: readonly Column<Template>[] = [
  {
    key: 'text',
    title: said.text,
    cell: ({ id, content, active, neverUsable, hints }) => (
      <div>
        <Link href={`/templates/${id}`} className={styles['text']}>
          {content}
        </Link>
        <span className={styles['tags']}>
          {!active && <Tag>{said.resting}</Tag>}
          {neverUsable !== null && <Tag kind="bad">{said.never(neverUsable)}</Tag>}
          {hints.length > 0 && <Tag kind="warn">{said.hints(hints.length)}</Tag>}
        </span>
      </div>
    ),
  },
  {
    key: 'place',
    title: said.place,
    cell: (template) => (
      <>
        <Place place={template} />
        <span className={styles['tags']}>
          {template.locale !== null && <Tag>{template.locale}</Tag>}
          {template.experiment !== null && (
            <Link href={`/experiments/${encodeURIComponent(template.experiment)}`}>{said.inExperiment(template.experiment)}</Link>
          )}
        </span>
      </>
    ),
  },
  {
    key: 'priority',
    title: said.priority,
    isNumber: true,
    cell: ({ priority }) => priority,
  },
  {
    key: 'changed',
    title: said.changed,
    cell: ({ updatedAt }) => <Instant at={updatedAt} />,
  },
];
