import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { ApiError, get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DraftBack } from '../../ui/draft-back.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { isReason } from '../../ui/reason.ts';
import { StateBox } from '../../ui/state-box.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { ContentField } from './content-field.tsx';
import { formOf, newDraft } from './form.ts';
import { PreviewCard } from './preview-card.tsx';
import { ReachCard } from './reach-card.tsx';
import { SettingsFields } from './settings-fields.tsx';
import { experimentTouched } from './template.ts';
import type { Template } from './template.ts';
import styles from './template-page.module.css';
import { newSearch } from './templates-search.ts';
import { useEditing } from './use-editing.ts';
import type { Beginning, Editing } from './use-editing.ts';
import { usePreview } from './use-preview.ts';
import { useSave } from './use-save.ts';
import { VersionsCard } from './versions-card.tsx';

/** One template, or a new one: its words, when they are taken, what users read, and all its versions. */
export function Page() {
  const { id } = useParams<{ id?: string }>();
  return id === undefined ? <NewTemplate /> : <KnownTemplate id={id} />;
}

function NewTemplate() {
  const [search] = useSearch(newSearch);
  const { scopes } = useSession();
  const mayWrite = scopes.includes('templates:write');
  return (
    <>
      <PageHeader title={said.newTitle} lead={<Link href="/templates">{said.back}</Link>} />
      {mayWrite ? (
        <Editor template={null} live={{ draft: newDraft(search), version: 0 }} />
      ) : (
        <Notice kind="info">{said.mayNotWrite}</Notice>
      )}
    </>
  );
}

function KnownTemplate({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['templates', 'one', id],
    queryFn: ({ signal }) => get<Template>(`/admin/mood/template/${encodeURIComponent(id)}`, undefined, signal),
  });
  const { data, error } = query;
  const isUnknown = error instanceof ApiError && [400, 404].includes(error.status);
  const title =
    data === undefined
      ? words.shell.pages.templates
      : said.titleOf(words.common.types[data.templateType], words.common.moods[data.moodState]);
  return (
    <>
      <PageHeader
        title={title}
        lead={
          <>
            <Link href="/templates">{said.back}</Link>
            {data !== undefined && ` · ${said.versionOf(data.version)}`}
          </>
        }
      />
      {isUnknown ? (
        <StateBox kind="empty" title={said.unknown} action={<Link href="/templates">{said.back}</Link>}>
          {said.unknownText}
        </StateBox>
      ) : (
        <Loaded query={query}>
          {(template) => (
            <div className={styles['parts']}>
              <Editor template={template} live={{ draft: template, version: template.version }} />
              <VersionsCard template={template} />
            </div>
          )}
        </Loaded>
      )}
    </>
  );
}

function Editor({ template, live }: { template: Template | null; live: Beginning }) {
  const { scopes } = useSession();
  const mayWrite = scopes.includes('templates:write');
  const editing = useEditing(template?.id ?? 'new', live);
  const { base, form, draft, keptAt, revision, change, begin } = editing;
  const preview = usePreview(form);
  const { save, conflict, closeConflict } = useSave(template?.id ?? null, editing);
  const { warnings, isEmpty, error } = preview;
  const status =
    error !== null ? said.notChecked(error.message) : isEmpty ? said.noText : warnings === undefined ? said.checking : said.noProblems;
  return (
    <div className={styles['columns']}>
      <div className={styles['parts']}>
        <Card title={said.content}>
          {!mayWrite && <p className={styles['soft']}>{said.mayNotWrite}</p>}
          {keptAt !== undefined && <DraftBack keptAt={keptAt} field=".cm-content" onDiscard={() => begin(live)} />}
          <ContentField
            key={revision}
            content={form.content}
            warnings={warnings}
            status={status}
            isReadOnly={!mayWrite}
            onChange={(content) => change({ content })}
          />
        </Card>
        <Card title={said.settings}>
          <SettingsFields form={form} isReadOnly={!mayWrite} onChange={change} />
          {mayWrite && <SaveBar editing={editing} save={save} isNew={template === null} />}
        </Card>
      </div>
      <div className={styles['parts']}>
        <PreviewCard preview={preview} isForAllTiers={form.tierLevel === null} />
        <ReachCard id={template?.id ?? null} draft={draft} />
      </div>
      {conflict !== null && draft !== null && (
        <ConflictDialog
          base={base}
          theirs={conflict}
          yours={draft}
          onClose={closeConflict}
          onGoOn={(next) => {
            begin({ draft: conflict, version: conflict.version }, { ...formOf(next), reason: form.reason });
            closeConflict();
            save.reset();
          }}
        />
      )}
    </div>
  );
}

/** What saving does besides, what it was refused for, and the button. */
function SaveBar({
  editing: { base, form, draft, isDirty },
  save,
  isNew,
}: {
  editing: Editing;
  save: ReturnType<typeof useSave>['save'];
  isNew: boolean;
}) {
  const experiment = draft === null || isNew ? null : experimentTouched(base.draft, draft);
  const isReady = draft !== null && (form.reason === '' || isReason(form.reason)) && form.content.trim() !== '';
  const label = save.isPending ? said.saving : isNew ? said.create : said.save;
  return (
    <div className={styles['save']}>
      {experiment !== null && (
        <Notice kind="warn" role="status">
          {said.startsPhase(experiment)}
        </Notice>
      )}
      {save.error !== null && (
        <Notice kind="bad" role="alert">
          {save.error.message}
        </Notice>
      )}
      <div className={styles['buttons']}>
        {!isDirty && <span className={styles['soft']}>{isNew ? said.nothingWritten : said.nothingToSave}</span>}
        <Button kind="first" isDisabled={!isReady || !isDirty || save.isPending} onPress={() => save.mutate()}>
          {label}
        </Button>
      </div>
    </div>
  );
}
