import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import styles from './list.module.css';
import { firstInList } from './table.tsx';

/** The way through a long list: on to what is older, and back to the newest. Back goes a page back. */
export function Pager({
  label,
  cursor,
  nextCursor,
  onTurn,
}: {
  label: string;
  /** Empty: this is the first page. */
  cursor: string;
  nextCursor: string | null;
  onTurn: (cursor: string) => void;
}) {
  if (cursor === '' && nextCursor === null) return null;
  return (
    <nav className={styles['pager']} aria-label={label} data-goes-on={firstInList}>
      {cursor !== '' && <Button onPress={() => onTurn('')}>{words.common.first}</Button>}
      {nextCursor !== null && <Button onPress={() => onTurn(nextCursor)}>{words.common.next}</Button>}
    </nav>
  );
}
