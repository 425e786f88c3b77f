import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { flagListSchema } from '@mood/contract/flags';
import { useState } from 'react';
import type { z } from 'zod';
import { ApiError, get, put } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ReasonField } from '../../ui/reason-field.tsx';
import { isReason } from '../../ui/reason.ts';
import { flags as words } from '../../words/en/flags.ts';
import { words as all } from '../../words/words.ts';
import { draftOf, isSameRule, ruleInWords, ruleOf } from './flag-rule.ts';
import type { Flag, Rule } from './flag-rule.ts';
import styles from './flags.module.css';
import { RuleFields } from './rule-fields.tsx';

interface Setting extends Rule {
  reason: string;
  expectedVersion: number;
}

/** Asks for whom the flag is to be on, and why; says what that comes to before it is set. */
export function FlagDialog({ flag: opened, onClose }: { flag: Flag; onClose: () => void }) {
  const client = useQueryClient();
  const show = useToast();
  const [flag, setFlag] = useState(opened);
  const [draft, setDraft] = useState(() => draftOf(opened));
  const [reason, setReason] = useState('');
  /** What somebody else has made of it meanwhile. */
  const [theirs, setTheirs] = useState<Flag | null>(null);
  const rule = ruleOf(draft);
  const isReady = typeof rule !== 'string' && !isSameRule(rule, flag) && isReason(reason);

  const save = (setting: Setting) => put<Flag>(`/admin/mood/flags/${flag.key}`, setting);
  const keep = (set: Flag) => {
    client.setQueryData<z.output<typeof flagListSchema>>(
      ['flags'],
      (list) => list && { flags: list.flags.map((one) => (one.key === set.key ? set : one)) },
    );
    return client.invalidateQueries({ queryKey: ['flags'] });
  };
  const change = useMutation({
    mutationFn: save,
    onSuccess: (set) => {
      const { percentage, ids, roles } = flag;
      const back = { percentage, ids, roles, reason: words.undone(reason).slice(0, 500), expectedVersion: set.version };
      show({ text: words.saved(words.name(set.key), ruleInWords(set)), undo: () => void takeBack(back) });
      onClose();
      return keep(set);
    },
    onError: async (error) => {
      if (!(error instanceof ApiError) || error.code !== 'VERSION_CONFLICT') return;
      const { flags } = await get<z.output<typeof flagListSchema>>('/admin/mood/flags');
      setTheirs(flags.find(({ key }) => key === flag.key) ?? null);
    },
  });

  async function takeBack(setting: Setting) {
    try {
      await keep(await save(setting));
    } catch (error) {
      show({ kind: 'bad', text: words.failed(error instanceof Error ? error.message : '') });
    }
  }

  return (
    <Dialog title={words.heading(words.name(flag.key))} isOpen onClose={onClose}>
      <p className={styles['soft']}>{words.about(flag.key, flag.description)}</p>
      {theirs !== null && (
        <Notice
          kind="warn"
          role="alert"
          action={
            <Button
              onPress={() => {
                setFlag(theirs);
                setDraft(draftOf(theirs));
                setTheirs(null);
                change.reset();
              }}
            >
              {words.goOn}
            </Button>
          }
        >
          {words.conflict} {ruleInWords(theirs)} {theirs.reason !== null && `${words.conflictBy} “${theirs.reason}”`}
        </Notice>
      )}
      <RuleFields draft={draft} onChange={setDraft} problem={typeof rule === 'string' ? rule : undefined} />
      <ReasonField label={words.reason} hint={words.reasonHint} problem={words.reasonProblem} value={reason} onChange={setReason} />
      {typeof rule !== 'string' && <p aria-live="polite">{isSameRule(rule, flag) ? words.same : `${words.will} ${ruleInWords(rule)}`}</p>}
      {change.error !== null && theirs === null && (
        <Notice kind="bad" role="alert">
          {words.failed(change.error.message)}
        </Notice>
      )}
      <DialogActions>
        <Button onPress={onClose}>{all.common.cancel}</Button>
        <Button
          kind={draft.choice === 'off' ? 'danger' : 'first'}
          isDisabled={!isReady || change.isPending || theirs !== null}
          onPress={() => typeof rule !== 'string' && change.mutate({ ...rule, reason: reason.trim(), expectedVersion: flag.version })}
        >
          {draft.choice === 'off' ? words.confirmOff(words.name(flag.key)) : words.set}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
