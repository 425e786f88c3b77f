import { Button } from './button.tsx';
import styles from './list.module.css';
import { firstInList } from './table.tsx';

/** The way through a list whose pages are counted from its beginning. */
export function OffsetPager({
  label,
  names,
  offset,
  pageSize,
  hasMore,
  onTurn,
}: {
  label: string;
  /** Of the page before this one, and of the one after it. */
  names: { before: string; after: string };
  offset: number;
  pageSize: number;
  hasMore: boolean;
  onTurn: (offset: number) => void;
}) {
  if (offset === 0 && !hasMore) return null;
  return (
    <nav className={styles['pager']} aria-label={label} data-goes-on={firstInList}>
      {offset > 0 && <Button onPress={() => onTurn(Math.max(0, offset - pageSize))}>{names.before}</Button>}
      {hasMore && <Button onPress={() => onTurn(offset + pageSize)}>{names.after}</Button>}
    </nav>
  );
}
