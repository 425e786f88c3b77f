import { useId, useState } from 'react';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import fieldStyles from '../../ui/field.module.css';
import { MoodName } from '../../ui/mood-name.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ReasonField } from '../../ui/reason-field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { model as words } from '../../words/en/model.ts';
import { words as all } from '../../words/words.ts';
import styles from './model.module.css';
import { useOverride } from './model-queries.ts';
import type { ModelDetails, Overridden } from './model-queries.ts';
import { bodyOf, bodyToTakeBack, emptyDraft, isTooLong, minutesOf, toldText } from './override-draft.ts';
import type { OverrideDraft } from './override-draft.ts';

const states = ['neutral', 'positive', 'negative'] as const;
const codes = ['inappropriate_message', 'policy', 'support', 'other'] as const;
const holds = ['0', '30', '60', '240', '1440', 'own'] as const;

/** How an administrator sets a mood: what, why, for how long, and what the model reads of it. */
export function OverrideForm({ modelId, before, onDone }: { modelId: string; before: ModelDetails; onDone: (done: Overridden) => void }) {
  const name = useId();
  const show = useToast();
  const override = useOverride(modelId);
  const [draft, setDraft] = useState<OverrideDraft>(emptyDraft);
  const edit = (changes: Partial<OverrideDraft>) => setDraft({ ...draft, ...changes });
  const body = bodyOf(draft);
  const told = toldText(draft, before.mood.moodState, before.heldUntil !== null && minutesOf(draft) === 0);

  function send() {
    if (body === null) return;
    override.mutate(body, {
      onSuccess: (done) => {
        onDone(done);
        setDraft(emptyDraft);
        show({ text: words.done(all.common.moods[done.moodState].toLowerCase()), undo: () => takeBack(before, body.reason) });
      },
    });
  }

  const takeBack = (was: ModelDetails, reason: string) =>
    override.mutate(bodyToTakeBack(was, reason, new Date()), {
      onSuccess: (done) => {
        onDone(done);
        show({ text: words.undoDone });
      },
    });

  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p className={styles['soft']}>{words.overrideLead}</p>
      <fieldset>
        <legend className={fieldStyles['label']}>{words.state}</legend>
        <div className={styles['choices']}>
          {states.map((state) => (
            <label key={state} className={styles['choice']}>
              <input type="radio" name={name} checked={draft.moodState === state} onChange={() => edit({ moodState: state })} />
              <MoodName state={state} />
            </label>
          ))}
        </div>
      </fieldset>
      <TextField
        label={words.newMessage}
        hint={words.newMessageHint}
        problem={isTooLong(draft.customMessage) ? words.tooLong : undefined}
        value={draft.customMessage}
        onChange={(customMessage) => edit({ customMessage })}
      />
      <label className={styles['choice']}>
        <input type="checkbox" checked={draft.autoRespond} onChange={({ target }) => edit({ autoRespond: target.checked })} />
        {words.autoRespond}
      </label>
      <Select
        label={words.code}
        hint={words.codeHint}
        value={draft.reasonCode}
        options={[
          ...(draft.reasonCode === '' ? [{ value: '' as const, text: words.chooseCode }] : []),
          ...codes.map((value) => ({ value, text: words.codes[value] })),
        ]}
        onChange={(reasonCode) => edit({ reasonCode })}
      />
      <ReasonField
        label={words.reason}
        hint={words.reasonHint}
        problem={words.reasonProblem}
        value={draft.reason}
        onChange={(reason) => edit({ reason })}
      />
      {draft.reasonCode !== '' && (
        <div className={styles['suggestions']} role="group" aria-label={words.suggestions}>
          {words.suggested[draft.reasonCode].map((suggestion) => (
            <button key={suggestion} type="button" onClick={() => edit({ reason: suggestion })}>
              {suggestion}
            </button>
          ))}
        </div>
      )}
      <Select
        label={words.hold}
        hint={words.holdHint}
        value={draft.hold}
        options={holds.map((value) => ({ value, text: words.holds[value] }))}
        onChange={(hold) => edit({ hold })}
      />
      {draft.hold === 'own' && (
        <TextField
          label={words.minutes}
          inputMode="numeric"
          value={draft.minutes}
          problem={draft.minutes !== '' && minutesOf(draft) === null ? words.minutesProblem : undefined}
          onChange={(minutes) => edit({ minutes })}
        />
      )}
      <div className={styles['told']} aria-live="polite">
        <span className={styles['soft']}>{words.told}</span>
        {told === null ? <span>{words.toldLater}</span> : <q>{told}</q>}
      </div>
      {override.error !== null && (
        <Notice kind="bad" role="alert">
          {words.failed(override.error.message)}
        </Notice>
      )}
      <div>
        <Button type="submit" kind="first" isDisabled={body === null || override.isPending}>
          {words.send}
        </Button>
      </div>
    </form>
  );
}
