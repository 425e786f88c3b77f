import { words } from '../words/words.ts';
import { Instant } from './instant.tsx';
import styles from './list.module.css';

/** Beside a change of a mood: until when it holds. Nothing when it holds nothing. */
export function HeldUntil({ at }: { at: string | null }) {
  if (at === null) return null;
  return (
    <span className={styles['note']}>
      {words.common.heldUntil} <Instant at={at} />
    </span>
  );
}
