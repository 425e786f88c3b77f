import type { ReactNode } from 'react';
import styles from './table.module.css';

/** Where the keyboard goes on in a list that has turned its page: a selector. */
export const firstInList = 'tbody :is(a[href], button)';

export interface Column<Row> {
  key: string;
  /** Empty for a column of buttons: its key is read out. */
  title: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
}

/** Rows of data. On narrow screens each row becomes a list of its cells, named by their columns. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <table className={styles['table']}>
      <caption className="hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, title, isNumber }) => (
            <th key={key} scope="col" className={isNumber === true ? styles['number'] : undefined}>
              {title === '' ? <span className="hidden">{key}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ key, title, cell, isNumber }) => (
              <td key={key} data-title={title} className={isNumber === true ? styles['number'] : undefined}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
