import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { groupName, pointOf } from './labels.ts';
import { inUnit } from './numbers.ts';
import styles from './overview.module.css';
import { toColumns } from './series.ts';
import type { Series } from './series.ts';

interface Row {
  start: string;
  values: readonly (number | null)[];
}

/** The numbers of a drawing: a row for each interval, the newest first, a column for each group. */
export function SeriesTable({ caption, series, order }: { caption: string; series: Series; order?: readonly string[] | undefined }) {
  const { intervals, groups } = toColumns(series.rows, order);
  const name = pointOf(series);
  const rows: Row[] = intervals
    .map(({ start }, index) => ({ start, values: groups.map(({ values }) => values[index] ?? null) }))
    .toReversed();
  const isAlone = groups.length === 1 && groups[0]?.key === '';
  const columns: Column<Row>[] = [
    { key: 'start', title: words.start, cell: ({ start }) => <time dateTime={start}>{name(start)}</time> },
    ...groups.map(({ key }, index) => ({
      key: `group-${key}`,
      title: isAlone ? caption : groupName(key),
      isNumber: true,
      cell: ({ values }: Row) => inUnit(values[index] ?? null, series.unit),
    })),
  ];
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={caption}>
      <Table caption={caption} columns={columns} rows={rows} keyOf={({ start }) => start} />
    </div>
  );
}
