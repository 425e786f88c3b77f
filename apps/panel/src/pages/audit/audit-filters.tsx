import type * as z from 'zod/mini';
import { Button } from '../../ui/button.tsx';
import { isWholeId } from '../../ui/ids.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { TypedFilter } from '../../ui/typed-filter.tsx';
import { audit as said } from '../../words/en/audit.ts';
import { words } from '../../words/words.ts';
import styles from './audit.module.css';
import { auditSearch, dayOf } from './search.ts';

type Search = z.output<typeof auditSearch>;

const idOnly = { hint: said.idHint, problem: said.idProblem, isWhole: isWholeId };

/** Whether anything is left out. */
export const isFiltered = (search: Search): boolean =>
  Object.entries(search).some(([name, value]) => name !== 'cursor' && name !== 'open' && value !== '');

export function AuditFilters({ search, onChange }: { search: Search; onChange: (changes: Partial<Search>) => void }) {
  return (
    <search className={styles['filters']} aria-label={said.filters}>
      <TypedFilter label={said.model} {...idOnly} value={search.modelId} onChange={(modelId) => onChange({ modelId })} />
      <Select
        label={said.changedBy}
        value={search.changedBy}
        options={[
          { value: '', text: said.anybody },
          ...(['model', 'admin', 'system'] as const).map((value) => ({ value, text: said.actor[value] })),
        ]}
        onChange={(changedBy) => onChange({ changedBy })}
      />
      <TypedFilter label={said.admin} {...idOnly} value={search.admin} onChange={(admin) => onChange({ admin })} />
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
      {isFiltered(search) && (
        <Button kind="quiet" onPress={() => onChange(auditSearch.parse({}))}>
          {said.clear}
        </Button>
      )}
    </search>
  );
}
