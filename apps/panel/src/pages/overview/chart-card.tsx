import { useState } from 'react';
import type { ReactNode } from 'react';
import { ApiError, download } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import buttonStyles from '../../ui/button.module.css';
import { Card } from '../../ui/card.tsx';
import { Hint } from '../../ui/hint.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { words as all } from '../../words/words.ts';
import { seriesPath, toQuery, useSeries } from './queries.ts';
import type { SeriesQuery } from './queries.ts';
import { SeriesTable } from './series-table.tsx';
import type { Series } from './series.ts';

const small = `${buttonStyles['button']} ${buttonStyles['quiet']} ${buttonStyles['small']}`;

/** A series in a card: as a drawing, as a table, and as the API's CSV of the same query. */
export function ChartCard({
  title,
  definition,
  query,
  order,
  controls,
  children,
  below,
}: {
  title: string;
  definition: string | undefined;
  query: SeriesQuery;
  /** Groups that come first. */
  order?: readonly string[];
  controls?: ReactNode;
  children: (series: Series) => ReactNode;
  below?: ReactNode;
}) {
  const series = useSeries(query);
  const [isTable, setTable] = useState(false);
  const heading = definition === undefined ? title : <Hint term={title}>{definition}</Hint>;
  return (
    <Card
      title={heading}
      actions={
        <span data-noprint>
          <button type="button" className={small} aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? all.common.showChart : all.common.showTable}
          </button>
          <CsvButton title={title} query={query} />
        </span>
      }
    >
      {controls}
      <Loaded query={series}>
        {(found) => (isTable ? <SeriesTable caption={title} series={found} order={order} /> : children(found))}
      </Loaded>
      {below}
    </Card>
  );
}

function CsvButton({ title, query }: { title: string; query: SeriesQuery }) {
  const show = useToast();
  async function save() {
    try {
      const file = await download(seriesPath, { query: toQuery(query), headers: { accept: 'text/csv' } });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `mood-${query.metric}-${query.from}-${query.to}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      show({ kind: 'bad', text: words.csvFailed(error instanceof ApiError ? error.message : '') });
    }
  }
  return (
    <button type="button" className={small} aria-label={words.csvOf(title)} onClick={() => void save()}>
      {words.csv}
    </button>
  );
}
