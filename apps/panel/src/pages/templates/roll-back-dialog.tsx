import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { isReason } from '../../ui/reason.ts';
import { ReasonField } from '../../ui/reason-field.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import { Difference } from './difference.tsx';
import type { Template } from './template.ts';
import { useTemplatesChanged } from './use-editing.ts';

/** What going back to a version changes, and why it is done. */
export function RollBackDialog({ template, version, onClose }: { template: Template; version: number; onClose: () => void }) {
  const show = useToast();
  const changed = useTemplatesChanged();
  const [reason, setReason] = useState('');
  const rollBack = useMutation({
    mutationFn: () =>
      post<Template>(`/admin/mood/template/${template.id}/rollback`, {
        version,
        reason: reason.trim(),
      }),
    onSuccess: async (now) => {
      onClose();
      await changed(now);
      show({ text: said.rolledBack(now.version) });
    },
  });
  return (
    <Dialog title={said.rollBackTitle(version)} isOpen isWide onClose={onClose}>
      <p>{said.rollBackText(template.version, version)}</p>
      <Difference id={template.id} from={template.version} to={version} />
      {template.experiment !== null && template.active && <Notice kind="warn">{said.startsPhase(template.experiment)}</Notice>}
      <ReasonField
        label={said.rollBackReason}
        problem={said.rollBackProblem}
        hint={said.rollBackProblem}
        value={reason}
        onChange={setReason}
      />
      {rollBack.error !== null && (
        <Notice kind="bad" role="alert">
          {rollBack.error.message}
        </Notice>
      )}
      <DialogActions>
        <Button onPress={onClose}>{words.common.cancel}</Button>
        <Button kind="first" isDisabled={!isReason(reason) || rollBack.isPending} onPress={() => rollBack.mutate()}>
          {said.rollBack}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
