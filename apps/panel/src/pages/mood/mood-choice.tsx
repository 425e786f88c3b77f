import { MoodIcon } from '../../ui/mood-name.tsx';
import type { MoodState } from '../../ui/mood-name.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { words } from '../../words/words.ts';
import styles from './mood-choice.module.css';

const states = ['positive', 'neutral', 'negative'] as const;

/** The three moods as large radio buttons: icon, word, and what it does to messages. */
export function MoodChoice({ value, onChange }: { value: MoodState; onChange: (state: MoodState) => void }) {
  return (
    <fieldset>
      <legend className={styles['legend']}>{said.how}</legend>
      <div className={styles['cards']}>
        {states.map((state) => (
          <label key={state} className={`${styles['card']} ${styles[state]}`}>
            <input
              className="hidden"
              type="radio"
              name="mood"
              value={state}
              checked={value === state}
              aria-describedby={`mood-${state}`}
              onChange={() => onChange(state)}
            />
            <MoodIcon state={state} size={32} />
            <span className={styles['name']}>{words.common.moods[state]}</span>
            <span className={styles['line']} id={`mood-${state}`} aria-hidden="true">
              {said.lines[state]}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
