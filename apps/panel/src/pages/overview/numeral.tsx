import { Link } from 'wouter';
import { Hint } from '../../ui/hint.tsx';
import { overview as words } from '../../words/en/overview.ts';
import { comparedWith, inUnit } from './numbers.ts';
import styles from './overview.module.css';

/** A number with its definition, the one of the period before, and a way to the rows behind it. */
export function Numeral({
  name,
  title,
  definition,
  value,
  previous,
  unit,
  to,
}: {
  /** Of the metric. */
  name: string;
  title: string;
  definition: string | undefined;
  value: number | null;
  /** Undefined: it is known for the present alone. */
  previous: number | null | undefined;
  unit: string;
  /** A page with the rows, or `#…`: the part of this page that has them. */
  to: string;
}) {
  const text = inUnit(value, unit);
  return (
    <div className={styles['number']} data-metric={name}>
      <span className={styles['title']}>{definition === undefined ? title : <Hint term={title}>{definition}</Hint>}</span>
      <Rows to={to} label={`${text}. ${words.rows(title)}`}>
        {text}
      </Rows>
      {previous !== undefined && (
        <span className={styles['before']}>{words.before(inUnit(previous, unit), comparedWith(value, previous, unit))}</span>
      )}
    </div>
  );
}

function Rows({ to, label, children }: { to: string; label: string; children: string }) {
  const shape = { className: styles['value'], 'aria-label': label };
  return to.startsWith('#') ? (
    <a href={to} {...shape}>
      {children}
    </a>
  ) : (
    <Link href={to} {...shape}>
      {children}
    </Link>
  );
}
