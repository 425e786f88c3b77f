import { useState } from 'react';
import type { ReactNode } from 'react';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Instant } from '../../ui/instant.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ReasonField } from '../../ui/reason-field.tsx';
import { isReason } from '../../ui/reason.ts';
import { model as words } from '../../words/en/model.ts';
import { words as all } from '../../words/words.ts';
import styles from './model.module.css';
import { useOverride } from './model-queries.ts';
import type { ModelDetails, Overridden } from './model-queries.ts';
import { toldText } from './override-draft.ts';

interface MoodNowProps {
  model: ModelDetails;
  mayOverride: boolean;
  onDone: (done: Overridden) => void;
}

/** How a model stands, in words. */
export function MoodNow({ model, mayOverride, onDone }: MoodNowProps) {
  const { mood, changes, heldUntil, terms, transitions } = model;
  const { moodState, customMessage, lastUpdated, expiresAt, autoRespond, responseDelay } = mood;
  const last = transitions[0];
  const [isEnding, setEnding] = useState(false);
  return (
    <>
      <p className={styles['mood']}>
        <MoodName state={moodState} />
      </p>
      <dl className={styles['facts']}>
        <Fact name={words.message}>{customMessage === null ? words.noMessage : <q>{customMessage}</q>}</Fact>
        <Fact name={words.since}>{last === undefined ? words.never : <Instant at={lastUpdated} />}</Fact>
        <Fact name={words.by}>{last === undefined ? words.nobody : words.actors[last.changedBy]}</Fact>
        <Fact name={words.ends}>{expiresAt === null ? words.noEnd : <Instant at={expiresAt} />}</Fact>
        <Fact name={words.replies}>{autoRespond ? words.repliesOn(responseDelay) : words.repliesOff}</Fact>
        <Fact name={words.left}>{words.leftOf(changes.remaining, changes.limit)}</Fact>
        <Fact name={words.held}>
          {heldUntil === null ? (
            words.notHeld
          ) : (
            <>
              <Instant at={heldUntil} />
              {mayOverride && (
                <Button kind="quiet" onPress={() => setEnding(true)}>
                  {words.endHold}
                </Button>
              )}
            </>
          )}
        </Fact>
        <Fact name={words.terms}>
          {terms.acceptedAt === null ? (
            words.notAccepted(terms.version)
          ) : (
            <>
              {words.accepted(terms.version)} <Instant at={terms.acceptedAt} form="day" />
            </>
          )}
        </Fact>
      </dl>
      {isEnding && <EndHold model={model} onDone={onDone} onClose={() => setEnding(false)} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What it is about when a hold ends: the hold itself. */
const reasonCode = 'other';

/** A hold ends by an override that leaves everything else as it is. */
function EndHold({ model, onDone, onClose }: Omit<MoodNowProps, 'mayOverride'> & { onClose: () => void }) {
  const show = useToast();
  const override = useOverride(model.mood.modelId);
  const [reason, setReason] = useState('');
  const { moodState, customMessage, autoRespond, expiresAt } = model.mood;
  const end = () =>
    override.mutate(
      { moodState, customMessage, autoRespond, expiresAt, reasonCode, reason: reason.trim(), holdMinutes: 0 },
      {
        onSuccess: (done) => {
          show({ text: words.holdEnded });
          onDone(done);
          onClose();
        },
      },
    );
  return (
    <Dialog title={words.endHold} isOpen onClose={onClose}>
      <p>{words.endHoldText}</p>
      <p className={styles['told']}>
        <span className={styles['soft']}>{words.told}</span>
        <q>{toldText({ moodState, reasonCode }, moodState, true)}</q>
      </p>
      <ReasonField label={words.reason} hint={words.reasonHint} problem={words.reasonProblem} value={reason} onChange={setReason} />
      {override.error !== null && (
        <Notice kind="bad" role="alert">
          {words.failed(override.error.message)}
        </Notice>
      )}
      <DialogActions>
        <Button onPress={onClose}>{all.common.cancel}</Button>
        <Button kind="first" isDisabled={!isReason(reason) || override.isPending} onPress={end}>
          {words.endHold}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
