import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { call } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import fieldStyles from '../../ui/field.module.css';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { Table } from '../../ui/table.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { badRowsOf, maxFileBytes, readFile } from './import-file.ts';
import type { ChosenFile, Imported } from './import-file.ts';
import styles from './templates.module.css';
import { useTemplatesChanged } from './use-editing.ts';

const shownRows = 200;
/** Ten thousand rows are looked at, and written, before the answer begins. */
const patienceMs = 180_000;

/** A file of templates: tried first, row by row; then imported whole or not at all. */
export function Page() {
  const { scopes } = useSession();
  const id = useId();
  const show = useToast();
  const changed = useTemplatesChanged();
  const [, navigate] = useLocation();
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const send = ({ body }: ChosenFile, dryRun: boolean) =>
    call<Imported>('POST', '/admin/mood/templates/import', {
      query: { dryRun },
      body,
      patienceMs,
    });
  const trial = useMutation({
    mutationFn: (chosen: ChosenFile) => send(chosen, true),
  });
  const doing = useMutation({
    mutationFn: (chosen: ChosenFile) => send(chosen, false),
    onSuccess: async ({ created, changed: replaced }) => {
      await changed();
      show({ text: said.imported(created, replaced) });
      navigate('/templates');
    },
  });

  async function choose(chosen: File | undefined) {
    trial.reset();
    doing.reset();
    setFile(null);
    setProblem(null);
    if (chosen === undefined) return;
    if (chosen.size > maxFileBytes) return setProblem(said.tooLarge);
    const read = readFile(chosen.name, await chosen.text());
    if (read === null) return setProblem(said.notJson);
    setFile(read);
    trial.mutate(read);
  }

  const header = <PageHeader title={said.importTitle} lead={<Link href="/templates">{said.back}</Link>} />;
  if (!scopes.includes('templates:write'))
    return (
      <>
        {header}
        <Notice kind="info">{said.mayNotWrite}</Notice>
      </>
    );
  return (
    <>
      {header}
      <div className={styles['parts']}>
        <Card title={said.importFile}>
          <div className={styles['parts']}>
            <p className={styles['soft']}>{said.importLead}</p>
            <div className={fieldStyles['field']}>
              <label className={fieldStyles['label']} htmlFor={id}>
                {said.file}
              </label>
              <input
                id={id}
                type="file"
                accept=".json,application/json"
                aria-describedby={`${id}-hint`}
                onChange={(event) => void choose(event.target.files?.[0])}
              />
              <span id={`${id}-hint`} className={fieldStyles['hint']}>
                {said.fileHint}
              </span>
            </div>
            {problem !== null && (
              <Notice kind="bad" role="alert">
                {problem}
              </Notice>
            )}
          </div>
        </Card>
        {trial.isPending && <StateBox kind="loading" title={said.trying} />}
        {file !== null && trial.error !== null && <Refused message={trial.error.message} file={file} onRetry={() => trial.mutate(file)} />}
        {file !== null && trial.data !== undefined && (
          <Card title={file.name}>
            <Outcome file={file} outcome={trial.data} isBusy={doing.isPending} onImport={() => doing.mutate(file)} />
            {doing.error !== null && (
              <Notice kind="bad" role="alert">
                {doing.error.message}
              </Notice>
            )}
          </Card>
        )}
      </div>
    </>
  );
}

function Refused({ message, file, onRetry }: { message: string; file: ChosenFile; onRetry: () => void }) {
  const rows = badRowsOf(message);
  return (
    <Card title={file.name}>
      <div className={styles['parts']}>
        <Notice kind="bad" role="alert" action={<Button onPress={onRetry}>{said.tryAgain}</Button>}>
          {rows.length === 0 ? message : said.badRows}
        </Notice>
        {rows.length > 0 && (
          <ul className={styles['badRows']}>
            {rows.map(({ row, problem }) => (
              <li key={`${row} ${problem}`}>
                <strong>{said.badRow(row)}</strong>
                <p>{problem}</p>
                <p className={styles['soft']}>{file.contents[row - 1]}</p>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}

function Outcome({
  file,
  outcome: { created, changed, left, templates },
  isBusy,
  onImport,
}: {
  file: ChosenFile;
  outcome: Imported;
  isBusy: boolean;
  onImport: () => void;
}) {
  const rows = templates.map(({ outcome }, index) => ({
    row: index + 1,
    outcome,
    content: file.contents[index] ?? '',
  }));
  const hasWork = created + changed > 0;
  return (
    <div className={styles['parts']}>
      <Notice kind={hasWork ? 'info' : 'good'} role="status">
        {hasWork ? said.wouldBe(created, changed, left) : said.nothingToImport}
      </Notice>
      <Table
        caption={said.rowsCaption}
        columns={[
          { key: 'row', title: said.row, cell: ({ row }) => row },
          {
            key: 'outcome',
            title: said.outcome,
            cell: ({ outcome }) => said.outcomes[outcome],
          },
          {
            key: 'text',
            title: said.text,
            cell: ({ content }) => <span className={styles['text']}>{content}</span>,
          },
        ]}
        rows={rows.slice(0, shownRows)}
        keyOf={({ row }) => String(row)}
      />
      {rows.length > shownRows && <p className={styles['soft']}>{said.moreRows(rows.length - shownRows)}</p>}
      {hasWork && (
        <div>
          <Button kind="first" isDisabled={isBusy} onPress={onImport}>
            {isBusy ? said.importing : said.importNow}
          </Button>
        </div>
      )}
    </div>
  );
}
