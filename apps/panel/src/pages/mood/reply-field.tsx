import { maxResponseDelaySeconds } from '@mood/domain/vocabulary';
import { useId } from 'react';
import fieldStyles from '../../ui/field.module.css';
import { mood as said } from '../../words/en/mood.ts';
import styles from './mood-form.module.css';

/** Whether users get an automatic reply, and after how long. */
export function ReplyField({
  isOn,
  delay,
  onChange,
  problem,
}: {
  isOn: boolean;
  /** As typed. */
  delay: string;
  onChange: (fields: { autoRespond?: boolean; delay?: string }) => void;
  problem: string | undefined;
}) {
  const id = useId();
  return (
    <div className={styles['reply']}>
      <label className={styles['switch']}>
        <input
          type="checkbox"
          role="switch"
          checked={isOn}
          aria-describedby={`${id}-on`}
          onChange={(event) => onChange({ autoRespond: event.target.checked })}
        />
        <span className={fieldStyles['label']}>{said.autoRespond}</span>
      </label>
      <span className={fieldStyles['hint']} id={`${id}-on`}>
        {said.autoRespondHint}
      </span>
      {isOn && (
        <div className={styles['delay']}>
          <label htmlFor={id}>{said.delay}</label>
          <input
            id={id}
            className={`${fieldStyles['input']} ${styles['seconds']}`}
            type="number"
            inputMode="numeric"
            min={0}
            max={maxResponseDelaySeconds}
            step={1}
            value={delay}
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-unit ${id}-hint`}
            data-invalid={problem === undefined ? undefined : ''}
            onChange={(event) => onChange({ delay: event.target.value })}
          />
          <span id={`${id}-unit`}>{said.delayUnit}</span>
          <span className={problem === undefined ? fieldStyles['hint'] : styles['problem']} id={`${id}-hint`} aria-live="polite">
            {problem ?? said.delayHint}
          </span>
        </div>
      )}
    </div>
  );
}
