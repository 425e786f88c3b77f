import { maxCustomMessageLength } from '@mood/domain/vocabulary';
import { useId } from 'react';
import type { KeyboardEvent, Ref } from 'react';
import fieldStyles from '../../ui/field.module.css';
import { mood as said } from '../../words/en/mood.ts';
import { charactersOf, inOneLine } from './draft.ts';
import styles from './mood-form.module.css';
import type { MoodPreview } from './use-preview.ts';

/** Enter saves, as in any field of one line; while a word is being composed it ends that. */
function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

/**
 * The message beside the mood, with what is left of its length, and what would become of it.
 * @param advice of the preview, while it is of what is typed. @param problem why it was refused.
 */
export function MessageField({
  value,
  onChange,
  advice,
  problem,
  field,
}: {
  value: string;
  onChange: (message: string) => void;
  advice: MoodPreview['message'] | undefined;
  problem: string | undefined;
  field: Ref<HTMLTextAreaElement>;
}) {
  const id = useId();
  const used = charactersOf(value);
  const over = used - maxCustomMessageLength;
  const removed = advice?.removed.map(({ what, text }) => (what === 'markup' ? text : said.hiddenCharacter)) ?? [];
  return (
    <div className={fieldStyles['field']}>
      <div className={styles['labelLine']}>
        <label className={fieldStyles['label']} htmlFor={id}>
          {said.message}
        </label>
        <span className={over > 0 ? styles['over'] : styles['count']} id={`${id}-count`}>
          {said.count(used, maxCustomMessageLength)}
          <span className="hidden"> {said.countUnit}</span>
        </span>
      </div>
      <textarea
        ref={field}
        id={id}
        className={`${fieldStyles['input']} ${styles['message']}`}
        rows={2}
        value={value}
        placeholder={said.messagePlaceholder}
        aria-invalid={problem !== undefined || over > 0}
        aria-describedby={`${id}-hint ${id}-count ${id}-said`}
        data-invalid={problem === undefined && over <= 0 ? undefined : ''}
        onChange={(event) => onChange(inOneLine(event.target.value))}
        onKeyDown={submitOnEnter}
      />
      <span className={fieldStyles['hint']} id={`${id}-hint`}>
        {said.messageHint}
      </span>
      <div id={`${id}-said`} aria-live="polite" className={styles['said']}>
        {problem !== undefined && <p className={styles['problem']}>{problem}</p>}
        {problem === undefined && over > 0 && <p className={styles['problem']}>{said.tooLong(over)}</p>}
        {problem === undefined && over <= 0 && advice?.problem != null && <p className={styles['advice']}>{advice.problem}</p>}
        {removed.length > 0 && <p className={styles['advice']}>{said.removed(removed)}</p>}
      </div>
    </div>
  );
}
