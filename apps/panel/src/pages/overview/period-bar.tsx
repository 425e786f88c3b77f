import { useDeferredValue, useId, useMemo } from 'react';
import fieldStyles from '../../ui/field.module.css';
import { Select } from '../../ui/select.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { zoneOfReader } from '../../time/format.ts';
import styles from './overview.module.css';
import { addDays, dayIn, periodOf } from './period.ts';
import type { OverviewSearch } from './period.ts';

const ranges = ['7d', '30d', 'custom'] as const;

/** One period and one zone for everything on the page. */
export function PeriodBar({ search, set }: { search: OverviewSearch; set: (changes: Partial<OverviewSearch>) => void }) {
  const period = periodOf(search, new Date());
  // Four hundred zones come after what is read first.
  const isTime = useDeferredValue(true, false);
  const zones = useMemo(() => {
    const own = zoneOfReader();
    // Browsers list one name of each zone; an address may have another.
    const names = new Set(['UTC', ...(search.zone === '' ? [] : [search.zone]), ...(isTime ? Intl.supportedValuesOf('timeZone') : [])]);
    return [{ value: '', text: words.ownZone(own) }, ...[...names].map((name) => ({ value: name, text: name }))];
  }, [search.zone, isTime]);

  function choose(range: OverviewSearch['range']) {
    if (range !== 'custom') return set({ range, from: '', to: '' });
    const today = dayIn(search.zone === '' ? zoneOfReader() : search.zone, new Date());
    const shown = typeof period === 'string' ? { from: addDays(today, -29), to: today } : { from: period.from, to: addDays(period.to, -1) };
    set({ range, ...shown });
  }

  return (
    <div className={styles['bar']} data-noprint>
      <fieldset className={styles['ranges']}>
        <legend className={fieldStyles['label']}>{words.period}</legend>
        {ranges.map((range) => (
          <label key={range} className={styles['range']}>
            <input type="radio" name="range" className="hidden" checked={search.range === range} onChange={() => choose(range)} />
            {words.ranges[range]}
          </label>
        ))}
      </fieldset>
      {search.range === 'custom' && (
        <>
          <Day label={words.from} value={search.from} onChange={(from) => set({ from })} />
          <Day label={words.to} value={search.to} onChange={(to) => set({ to })} />
        </>
      )}
      <div className={styles['zone']}>
        <Select label={words.zone} value={search.zone} options={zones} onChange={(zone) => set({ zone })} />
      </div>
      {typeof period === 'string' && (
        <p className={styles['problem']} role="alert">
          {words.problems[period]}
        </p>
      )}
    </div>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  const id = useId();
  return (
    <div className={fieldStyles['field']}>
      <label className={fieldStyles['label']} htmlFor={id}>
        {label}
      </label>
      <input id={id} type="date" className={fieldStyles['input']} value={value} onChange={({ target }) => onChange(target.value)} />
    </div>
  );
}
