import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../../api/api.ts';
import { Card } from '../../ui/card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import { columns, coverageOf } from './coverage.ts';
import type { Cell, Row } from './coverage.ts';
import styles from './coverage.module.css';
import { placeInWords, tierName } from './place.tsx';
import type { Template, TemplatePage } from './template.ts';

/** What the API gives at once. */
const limit = 1_000;

async function allActive(signal: AbortSignal): Promise<Template[]> {
  const all: Template[] = [];
  for (let more = true; more;) {
    const page = await get<TemplatePage>('/admin/mood/templates', { active: true, limit, offset: all.length }, signal);
    all.push(...page.templates);
    more = page.more && page.templates.length > 0;
  }
  return all;
}

/** Mood, type and tier: how many templates stand ready, and where nothing answers. */
export function CoverageCard({ mayWrite }: { mayWrite: boolean }) {
  const query = useQuery({
    queryKey: ['templates', 'coverage'],
    queryFn: async ({ signal }) => coverageOf(await allActive(signal)),
  });
  return (
    <Card title={said.coverage}>
      <Loaded query={query}>{(rows) => <Coverage rows={rows} mayWrite={mayWrite} />}</Loaded>
    </Card>
  );
}

function Coverage({ rows, mayWrite }: { rows: readonly Row[]; mayWrite: boolean }) {
  const gaps = rows.filter(({ cells }) => cells.some(({ state }) => state === 'missing')).length;
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
                <td key={cell.tier ?? ''} data-title={tierName(cell.tier)}>
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

const inWords = ({ state, own }: Cell) => (state === 'own' ? said.cellOwn(own) : state === 'any' ? said.cellAny : said.cellMissing);

/** To what is there; where nothing is, to a new template for the place. */
function CellLink({ row: { moodState, templateType }, cell, mayWrite }: { row: Row; cell: Cell; mayWrite: boolean }) {
  const { tier, state, own } = cell;
  const label = said.cellLink(placeInWords({ moodState, templateType, tierLevel: tier }), inWords(cell));
  const isNew = state === 'missing' && mayWrite;
  const query = new URLSearchParams({
    moodState,
    templateType,
    ...(isNew
      ? tier !== null && { tierLevel: tier }
      : {
          tierLevel: state === 'own' ? (tier ?? 'none') : 'none',
          active: 'true',
        }),
  });
  return (
    <Link
      href={isNew ? `/templates/new?${query}` : `/templates?${query}`}
      className={`${styles['cell']} ${styles[state]}`}
      aria-label={isNew ? `${label}. ${said.writeFor}` : label}
      title={label}
    >
      {state === 'own' ? own : state === 'any' ? said.any : said.missing}
    </Link>
  );
}
