import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { zoneOfReader } from '../../time/format.ts';
import { useNow } from '../../time/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { words } from '../../words/words.ts';
import { isUpdate, updateOf } from './draft.ts';
import type { DraftProblems } from './draft.ts';
import { EndField } from './end-field.tsx';
import { MessageField } from './message-field.tsx';
import { MoodChoice } from './mood-choice.tsx';
import styles from './mood-form.module.css';
import type { Mood } from './own-mood.ts';
import { explainRefusal } from './refusals.ts';
import type { Refusal } from './refusals.ts';
import { ReplyField } from './reply-field.tsx';
import type { useChangeMood } from './use-change-mood.ts';
import type { useEdit } from './use-edit.ts';
import type { MoodPreview } from './use-preview.ts';

const problemsOf = ({ delay, end }: DraftProblems): Partial<Record<Refusal['place'], string>> => ({
  ...(delay !== undefined && { delay: said.delayProblem }),
  ...(end !== undefined && { end: end === 'missing' ? said.pickMissing : said.pickOver }),
});

/** The mood as it is made: what is refused is said at the field that it belongs to, and nothing that was typed is lost. */
export function MoodForm({
  current,
  edit,
  change,
  advice,
  isHeld,
}: {
  current: Mood;
  edit: ReturnType<typeof useEdit>;
  change: ReturnType<typeof useChangeMood>;
  /** Of the preview, while it is of what is typed. */
  advice: MoodPreview['message'] | undefined;
  isHeld: boolean;
}) {
  const [problems, setProblems] = useState<ReturnType<typeof problemsOf>>({});
  const messageField = useRef<HTMLTextAreaElement>(null);
  const { draft, isTouched } = edit;
  const now = useNow(draft.end.choice === 'kept' ? draft.end.at : null);

  function set(fields: Parameters<typeof edit.change>[0]) {
    setProblems({});
    edit.change(fields);
  }

  function save(event: FormEvent) {
    event.preventDefault();
    if (!isTouched || isHeld || change.isPending) return;
    const update = updateOf(draft, Date.now(), zoneOfReader());
    if (!isUpdate(update)) return setProblems(problemsOf(update));
    setProblems({});
    change.mutate({
      update,
      onlyIf: current,
      canUndo: true,
      said: ({ moodState }) => said.saved(words.common.moods[moodState]),
      onDone: (mood) => edit.saved(draft, mood),
      onUndone: edit.take,
      onRefused(error) {
        const { place, text } = explainRefusal(error, Date.now());
        setProblems({ [place]: text });
        if (place === 'message') messageField.current?.focus();
      },
    });
  }

  return (
    <form className={styles['form']} aria-label={said.form} onSubmit={save} noValidate>
      <MoodChoice value={draft.moodState} onChange={(moodState) => set({ moodState })} />
      <MessageField
        field={messageField}
        value={draft.message}
        onChange={(message) => set({ message })}
        advice={advice}
        problem={problems.message}
      />
      <ReplyField isOn={draft.autoRespond} delay={draft.delay} onChange={set} problem={problems.delay} />
      <EndField
        end={draft.end}
        kept={draft.end.choice === 'kept' ? draft.end.at : current.expiresAt}
        now={now}
        onChange={(end) => set({ end })}
        problem={problems.end}
      />
      <div className={styles['foot']}>
        {problems.save !== undefined && (
          <p className={styles['problem']} role="alert">
            {problems.save}
          </p>
        )}
        <div className={styles['buttons']}>
          <Button type="submit" kind="first" isDisabled={!isTouched || isHeld}>
            {change.isPending ? said.saving : words.common.save}
          </Button>
          {isTouched ? (
            <Button kind="quiet" onPress={() => edit.take(current)}>
              {said.discard}
            </Button>
          ) : (
            <span className={styles['unchanged']}>{said.unchanged}</span>
          )}
        </div>
      </div>
    </form>
  );
}
