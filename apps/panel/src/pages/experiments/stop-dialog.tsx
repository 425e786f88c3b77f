import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { post } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { experiments as said } from '../../words/en/experiments.ts';
import { words } from '../../words/words.ts';
import { placeOf } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import styles from './experiments.module.css';

/** Whose text is for all from now on, at each place where the experiment stands. */
export function StopDialog({ experiment, onClose }: { experiment: Experiment; onClose: () => void }) {
  const client = useQueryClient();
  const show = useToast();
  const places = experiment.phases.filter(({ endedAt }) => endedAt === null);
  const [winners, setWinners] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState('');
  const stop = useMutation({
    mutationFn: (body: object) => post<Experiment>(`/admin/mood/experiments/${encodeURIComponent(experiment.name)}/stop`, body),
    onSuccess: async (stopped) => {
      client.setQueryData(['experiments', 'one', experiment.name], stopped);
      await client.invalidateQueries({ queryKey: ['experiments'] });
      await client.invalidateQueries({ queryKey: ['templates'] });
      show({ text: said.stopped });
      onClose();
    },
  });

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const chosen = Object.values(winners).filter((id) => id !== '');
    stop.mutate({ ...(chosen.length > 0 && { winner: chosen }), reason });
  }

  return (
    <Dialog title={said.stopTitle} isOpen onClose={onClose}>
      <form className={styles['form']} onSubmit={submit}>
        <p>{said.stopText}</p>
        {!places.every(({ verdict }) => verdict.safeToStop) && <Notice kind="warn">{said.stopEarly}</Notice>}
        {places.map((phase) => (
          <Select
            key={phase.id}
            label={said.winner(placeOf(phase))}
            value={winners[phase.id] ?? ''}
            options={[
              { value: '', text: said.firstStays },
              ...phase.variants.flatMap(({ templateId, label, content }) =>
                templateId === null ? [] : [{ value: templateId, text: `${label}: ${content ?? ''}` }],
              ),
            ]}
            onChange={(id) => setWinners((before) => ({ ...before, [phase.id]: id }))}
          />
        ))}
        <TextField label={said.reason} hint={said.stopReasonHint} value={reason} lines={2} isRequired onChange={setReason} />
        {stop.error !== null && (
          <Notice kind="bad" role="alert">
            {stop.error.message}
          </Notice>
        )}
        <DialogActions>
          <Button onPress={onClose}>{words.common.cancel}</Button>
          <Button kind="danger" type="submit" isDisabled={stop.isPending || reason.trim() === ''}>
            {said.stopTitle}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
