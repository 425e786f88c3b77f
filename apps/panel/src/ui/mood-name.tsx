import { words } from '../words/words.ts';
import styles from './mood-name.module.css';

export type MoodState = keyof typeof words.common.moods;

/** A shape of its own for each mood, so that colour is never alone: a sun, a circle, a cloud. */
export function MoodIcon({ state, size = 20 }: { state: MoodState; size?: number }) {
  return (
    <svg className={styles[state]} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {state === 'neutral' && <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" strokeWidth="2.5" />}
      {state === 'positive' && (
        <g stroke="currentColor" strokeWidth="2.2" strokeLinecap="round">
          <circle cx="12" cy="12" r="4.2" fill="currentColor" />
          <path d="M12 2.5v2.6M12 18.9v2.6M2.5 12h2.6M18.9 12h2.6M5.3 5.3l1.8 1.8M16.9 16.9l1.8 1.8M18.7 5.3l-1.8 1.8M7.1 16.9l-1.8 1.8" />
        </g>
      )}
      {state === 'negative' && (
        <path
          d="M7 18.5a4.2 4.2 0 0 1-.5-8.4 5.6 5.6 0 0 1 10.7-1.2 4.8 4.8 0 0 1 .3 9.6z"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.2"
          strokeLinejoin="round"
        />
      )}
    </svg>
  );
}

/** The icon and the word. */
export function MoodName({ state }: { state: MoodState }) {
  return (
    <span className={`${styles['name']} ${styles[state]}`}>
      <MoodIcon state={state} size={16} />
      {words.common.moods[state]}
    </span>
  );
}
