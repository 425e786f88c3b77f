import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import styles from './conflict-dialog.module.css';
import { draftFields, draftOf, merged } from './template.ts';
import type { Draft, Field, Template } from './template.ts';
import type { Beginning } from './use-editing.ts';
import { valueInWords } from './values.ts';

/** Somebody else has saved: theirs, yours and where both began, side by side. Nothing is written here; the editor goes on with the choice. */
export function ConflictDialog({
  base,
  theirs,
  yours,
  onClose,
  onGoOn,
}: {
  base: Beginning;
  theirs: Template;
  yours: Draft;
  onClose: () => void;
  onGoOn: (draft: Draft) => void;
}) {
  const [next, setNext] = useState(() => merged(base.draft, theirs, yours));
  const rows = draftFields.filter((field) => base.draft[field] !== theirs[field] || base.draft[field] !== yours[field]);
  const take = (field: Field, from: Draft) => setNext((before) => ({ ...before, ...pick(from, field) }));
  return (
    <Dialog title={said.conflict} isOpen isWide onClose={onClose}>
      <p>{said.conflictText(theirs.version, base.version)}</p>
      {rows.map((field) => (
        <section key={field} className={styles['field']} aria-label={said.fieldNames[field]}>
          <h3>{said.fieldNames[field]}</h3>
          <dl className={styles['sides']}>
            <Side title={said.base(base.version)} text={valueInWords(field, base.draft[field])} />
            <Side title={said.theirs(theirs.version)} text={valueInWords(field, theirs[field])} />
            <Side title={said.yours} text={valueInWords(field, yours[field])} />
          </dl>
          {field === 'content' ? (
            <>
              <TextField
                label={said.result}
                lines={4}
                value={next.content}
                onChange={(content) => setNext((before) => ({ ...before, content }))}
              />
              <div className={styles['buttons']}>
                <Button onPress={() => take('content', theirs)}>{said.takeTheirs}</Button>
                <Button onPress={() => take('content', yours)}>{said.takeYours}</Button>
              </div>
            </>
          ) : (
            theirs[field] !== yours[field] && (
              <Select
                label={said.take(said.fieldNames[field])}
                value={next[field] === yours[field] ? 'yours' : 'theirs'}
                options={[
                  { value: 'yours', text: valueInWords(field, yours[field]) },
                  { value: 'theirs', text: valueInWords(field, theirs[field]) },
                ]}
                onChange={(side) => take(field, side === 'yours' ? yours : draftOf(theirs))}
              />
            )
          )}
        </section>
      ))}
      <DialogActions>
        <Button onPress={onClose}>{words.common.cancel}</Button>
        <Button kind="first" onPress={() => onGoOn(next)}>
          {said.goOn}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const pick = (from: Draft, field: Field): Partial<Draft> => ({
  [field]: from[field],
});

function Side({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{text}</dd>
    </div>
  );
}
