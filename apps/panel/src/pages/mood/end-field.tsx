import { useId } from 'react';
import { lengthInWords, zoneOfReader } from '../../time/format.ts';
import { shortMoment } from '../../time/short-moment.ts';
import fieldStyles from '../../ui/field.module.css';
import { mood as said } from '../../words/en/mood.ts';
import { endOfDraft, pickFrom } from './draft.ts';
import type { DraftEnd } from './draft.ts';
import { asPicked, endChips } from './ends.ts';
import styles from './mood-form.module.css';

/** When the mood ends: by chips, or a day and a time. */
export function EndField({
  end,
  kept,
  now,
  onChange,
  problem,
}: {
  end: DraftEnd;
  /** The end that the mood has now. */
  kept: string | null;
  now: number;
  onChange: (end: DraftEnd) => void;
  problem: string | undefined;
}) {
  const id = useId();
  const zone = zoneOfReader();
  const at = endOfDraft(end, now, zone);
  const choices: { end: DraftEnd; text: string }[] = [
    { end: { choice: 'never' }, text: said.ends.never },
    ...(kept === null ? [] : [{ end: { choice: 'kept', at: kept } as const, text: said.ends.kept }]),
    ...endChips.map((choice) => ({ end: { choice }, text: said.ends[choice] })),
    { end: end.choice === 'pick' ? end : pickFrom(end, now, zone), text: said.ends.pick },
  ];
  return (
    <fieldset aria-describedby={`${id}-at`}>
      <legend className={`${fieldStyles['label']} ${styles['legend']}`}>{said.end}</legend>
      <div className={styles['chips']}>
        {choices.map(({ end: choice, text }) => (
          <label key={choice.choice} className={styles['chip']}>
            <input
              className="hidden"
              type="radio"
              name={id}
              value={choice.choice}
              checked={end.choice === choice.choice}
              onChange={() => onChange(choice)}
            />
            {text}
          </label>
        ))}
      </div>
      {end.choice === 'pick' && (
        <div className={styles['pick']}>
          <label className={fieldStyles['label']} htmlFor={`${id}-pick`}>
            {said.pick}
          </label>
          <input
            id={`${id}-pick`}
            className={fieldStyles['input']}
            type="datetime-local"
            min={asPicked(now, zone)}
            value={end.local}
            aria-describedby={`${id}-zone ${id}-at`}
            onChange={(event) => onChange({ choice: 'pick', local: event.target.value })}
          />
          <span className={fieldStyles['hint']} id={`${id}-zone`}>
            {said.pickHint(zone)}
          </span>
        </div>
      )}
      <p className={styles['endsAt']} id={`${id}-at`}>
        {at === null && said.endsNever}
        {at instanceof Date && said.endsAt(shortMoment(at, now), lengthInWords(at.getTime() - now))}
      </p>
      {problem !== undefined && (
        <p className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
