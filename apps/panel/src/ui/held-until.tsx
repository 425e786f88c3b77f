import { words } from '../words/words.ts';
import { Instant } from './instant.tsx';
import styles from './list.module.css';

/** Of a change that holds. */
export interface Held {
  /** As planned; null: it holds nothing. */
  heldUntil: string | null;
  /** When a later override ended or replaced it before that. */
  holdEndedAt: string | null;
}

/** Beside a change of a mood: until when it holds, or held in truth. Nothing when it holds nothing. */
export function HeldUntil({ heldUntil, holdEndedAt }: Held) {
  if (heldUntil === null) return null;
  return (
    <span className={styles['note']}>
      <HeldTime heldUntil={heldUntil} holdEndedAt={holdEndedAt} />
    </span>
  );
}

function HeldTime({ heldUntil, holdEndedAt }: { heldUntil: string; holdEndedAt: string | null }) {
  if (holdEndedAt === null) {
    return (
      <>
        {words.common.heldUntil} <Instant at={heldUntil} />
      </>
    );
  }
  return (
    <>
      {words.common.heldUntil} <Instant at={holdEndedAt} />; {words.common.heldAsPlanned} <Instant at={heldUntil} />
    </>
  );
}
