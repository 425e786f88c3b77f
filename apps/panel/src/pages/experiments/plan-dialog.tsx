import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { post } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { experiments as said } from '../../words/en/experiments.ts';
import { words } from '../../words/words.ts';
import { readNumber } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import styles from './experiments.module.css';

/** Which difference is worth finding; the size follows from the baseline. */
export function PlanDialog({ experiment, onClose }: { experiment: Experiment; onClose: () => void }) {
  const client = useQueryClient();
  const show = useToast();
  const [fields, setFields] = useState({ effect: '2', baseline: '20', holdout: '0', reason: '' });
  const [isTried, setIsTried] = useState(false);
  const numbers = { effect: readNumber(fields.effect), baseline: readNumber(fields.baseline), holdout: readNumber(fields.holdout) };
  const save = useMutation({
    mutationFn: (body: object) => post<Experiment>(`/admin/mood/experiments/${encodeURIComponent(experiment.name)}`, body),
    onSuccess: (planned) => {
      client.setQueryData(['experiments', 'one', experiment.name], planned);
      show({ text: said.planned });
      onClose();
    },
  });
  const set = (name: keyof typeof fields) => (value: string) => setFields((before) => ({ ...before, [name]: value }));
  const problemOf = (name: keyof typeof numbers) => (isTried && numbers[name] === null ? said.notANumber : undefined);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    setIsTried(true);
    const { effect, baseline, holdout } = numbers;
    if (effect === null || baseline === null || holdout === null) return;
    const reason = fields.reason.trim();
    save.mutate({ plannedEffect: effect / 100, baseline: baseline / 100, holdout: holdout / 100, ...(reason !== '' && { reason }) });
  }

  return (
    <Dialog title={said.planTitle} isOpen onClose={onClose}>
      <form className={styles['form']} onSubmit={submit} noValidate>
        {experiment.phases.some(({ firstExposedAt, endedAt }) => firstExposedAt !== null && endedAt === null) && (
          <Notice kind="warn">{said.planWarning}</Notice>
        )}
        <TextField
          label={said.effect}
          hint={said.effectHint}
          value={fields.effect}
          problem={problemOf('effect')}
          onChange={set('effect')}
        />
        <TextField
          label={said.baseline}
          hint={said.baselineHint}
          value={fields.baseline}
          problem={problemOf('baseline')}
          onChange={set('baseline')}
        />
        <TextField
          label={said.holdoutField}
          hint={said.holdoutHint}
          value={fields.holdout}
          problem={problemOf('holdout')}
          onChange={set('holdout')}
        />
        <TextField label={said.reason} value={fields.reason} lines={2} onChange={set('reason')} />
        {save.error !== null && (
          <Notice kind="bad" role="alert">
            {save.error.message}
          </Notice>
        )}
        <DialogActions>
          <Button onPress={onClose}>{words.common.cancel}</Button>
          <Button kind="first" type="submit" isDisabled={save.isPending}>
            {words.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
