import { useState } from 'react';
import type * as z from 'zod/mini';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { audit as said } from '../../words/en/audit.ts';
import { words } from '../../words/words.ts';
import styles from './audit.module.css';
import { auditSearch, dayOf } from './search.ts';

type Search = z.output<typeof auditSearch>;

const isId = (text: string) => text === '' || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

export function AuditFilters({ search, onChange }: { search: Search; onChange: (changes: Partial<Search>) => void }) {
  const isFiltered = Object.entries(search).some(([name, value]) => name !== 'cursor' && name !== 'open' && value !== '');
  return (
    <search className={styles['filters']} aria-label={said.filters}>
      <IdFilter label={said.model} value={search.modelId} onChange={(modelId) => onChange({ modelId })} />
      <Select
        label={said.changedBy}
        value={search.changedBy}
        options={[
          { value: '', text: said.anybody },
          ...(['model', 'admin', 'system'] as const).map((value) => ({ value, text: said.actor[value] })),
        ]}
        onChange={(changedBy) => onChange({ changedBy })}
      />
      <IdFilter label={said.admin} value={search.admin} onChange={(admin) => onChange({ admin })} />
      <Select
        label={said.state}
        value={search.state}
        options={[
          { value: '', text: said.anyMood },
          ...(['positive', 'neutral', 'negative'] as const).map((value) => ({ value, text: words.common.moods[value] })),
        ]}
        onChange={(state) => onChange({ state })}
      />
      <TextField label={said.from} type="date" value={dayOf(search.from)} onChange={(from) => onChange({ from })} />
      <TextField label={said.to} type="date" value={dayOf(search.to, true)} onChange={(to) => onChange({ to })} />
      {isFiltered && (
        <Button kind="quiet" onPress={() => onChange(auditSearch.parse({}))}>
          {said.clear}
        </Button>
      )}
    </search>
  );
}

/** An ID is looked for once it is whole. */
function IdFilter({ label, value, onChange }: { label: string; value: string; onChange: (id: string) => void }) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Back, or a filter that is cleared, sets it from outside.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  return (
    <TextField
      label={label}
      value={typed}
      placeholder={said.idHint}
      problem={isId(typed.trim()) ? undefined : said.idHint}
      onChange={(text) => {
        setTyped(text);
        const id = text.trim().toLowerCase();
        if (isId(id) && id !== value) onChange(id);
      }}
    />
  );
}
