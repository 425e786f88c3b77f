import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ReasonField } from '../../ui/reason-field.tsx';
import { isReason } from '../../ui/reason.ts';
import { Notice } from '../../ui/notice.tsx';
import { alerts as words } from '../../words/en/alerts.ts';
import { words as all } from '../../words/words.ts';
import type { Alert } from './alert-columns.tsx';

/** Asks for a note, and acknowledges. */
export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const client = useQueryClient();
  const show = useToast();
  const [note, setNote] = useState('');
  const acknowledge = useMutation({
    mutationFn: () => post<Alert>(`/admin/mood/alerts/${alert.id}/acknowledge`, { note }),
    onSuccess: async () => {
      show({ text: words.done });
      onClose();
      await client.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  return (
    <Dialog title={words.acknowledgeHeading} isOpen onClose={onClose}>
      <p>
        {words.rules[alert.rule]}: {words.count(alert.count, alert.threshold)}. {words.acknowledgeText}
      </p>
      <ReasonField label={words.note} hint={words.noteHint} problem={words.noteProblem} value={note} onChange={setNote} autoFocus />
      {acknowledge.error !== null && (
        <Notice kind="bad" role="alert">
          {words.failed(acknowledge.error.message)}
        </Notice>
      )}
      <DialogActions>
        <Button onPress={onClose}>{all.common.cancel}</Button>
        <Button kind="first" isDisabled={!isReason(note) || acknowledge.isPending} onPress={() => acknowledge.mutate()}>
          {words.acknowledge}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
