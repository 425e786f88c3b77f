import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../../api/api.ts';
import { Card } from '../../ui/card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import { columns, rowsOf, stateOf } from './coverage.ts';
import type { Cell, Coverage as Found, Row } from './coverage.ts';
import styles from './coverage.module.css';
import { placeInWords, tierName } from './place.tsx';

/** Mood, type and tier: how many templates stand ready, and where nothing answers. */
export function CoverageCard({ mayWrite }: { mayWrite: boolean }) {
  const query = useQuery({
    queryKey: ['templates', 'coverage'],
    queryFn: async ({ signal }) => rowsOf(await get<Found>('/admin/mood/templates/coverage', undefined, signal)),
  });
  return (
    <Card title={said.coverage}>
      <Loaded query={query}>{(rows) => <Coverage rows={rows} mayWrite={mayWrite} />}</Loaded>
    </Card>
  );
}

function Coverage({ rows, mayWrite }: { rows: readonly Row[]; mayWrite: boolean }) {
  const gaps = rows.filter(({ cells }) => cells.some((cell) => stateOf(cell) === 'missing')).length;
  return (
    <div className={styles['coverage']}>
      <p className={gaps === 0 ? styles['soft'] : styles['gaps']}>{gaps === 0 ? said.complete : said.gaps(gaps)}</p>
      <table className={styles['table']}>
        <caption className="hidden">{said.coverageCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{said.moodTier}</th>
            {columns.map((tier) => (
              <th key={tier ?? ''} scope="col">
                {tierName(tier)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.moodState} ${row.templateType}`}>
              <th scope="row">
                <span className={styles['place']}>
                  <MoodName state={row.moodState} /> {words.common.types[row.templateType]}
                </span>
              </th>
              {row.cells.map((cell) => (
                <td key={cell.tierLevel ?? ''} data-title={tierName(cell.tierLevel)}>
                  <CellLink row={row} cell={cell} mayWrite={mayWrite} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles['soft']}>{said.coverageLead}</p>
    </div>
  );
}

const inWords = (cell: Cell) => {
  const state = stateOf(cell);
  const count = said.cellOwn(cell.active);
  return state === 'own' ? count : cell.active > 0 ? `${count}; ${said.answers[state]}` : said.answers[state];
};

/** To what is there; where nothing is, to a new template for the place. */
function CellLink({ row: { moodState, templateType }, cell, mayWrite }: { row: Row; cell: Cell; mayWrite: boolean }) {
  const { tierLevel, active } = cell;
  const state = stateOf(cell);
  const label = said.cellLink(placeInWords({ moodState, templateType, tierLevel }), inWords(cell));
  const isNew = mayWrite && active === 0 && state !== 'own' && state !== 'any';
  const tier = active > 0 ? (tierLevel ?? 'none') : 'none';
  const query = new URLSearchParams({
    moodState,
    templateType,
    ...(isNew ? tierLevel !== null && { tierLevel } : { tierLevel: tier, active: 'true' }),
  });
  return (
    <Link
      href={isNew ? `/templates/new?${query}` : `/templates?${query}`}
      className={`${styles['cell']} ${styles[state]}`}
      aria-label={isNew ? `${label}. ${said.writeFor}` : label}
      title={label}
    >
      {state === 'own' ? active : said.cells[state]}
    </Link>
  );
}
