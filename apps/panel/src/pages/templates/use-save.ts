import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError, get, post } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { useTemplatesChanged } from './use-editing.ts';
import type { Editing } from './use-editing.ts';
import type { Template } from './template.ts';

/** Saves what stands in the fields. Somebody else's save in between opens as a conflict; the fields stay as they are. */
export function useSave(id: string | null, editing: Editing) {
  const show = useToast();
  const changed = useTemplatesChanged();
  const [, navigate] = useLocation();
  const [conflict, setConflict] = useState<Template | null>(null);
  const { base, draft, form } = editing;

  /** Goes back to the version before, unless somebody has saved since. */
  async function undo(saved: Template) {
    try {
      const now = await get<Template>(`/admin/mood/template/${saved.id}`);
      if (now.version !== saved.version) return show({ text: said.undoLate, kind: 'bad' });
      const reason = said.undoReason(saved.version);
      await changed(
        await post<Template>(`/admin/mood/template/${saved.id}/rollback`, {
          version: saved.version - 1,
          reason,
        }),
      );
      show({ text: said.undone(saved.version) });
    } catch (error) {
      show({
        text: error instanceof Error ? error.message : String(error),
        kind: 'bad',
      });
    }
  }

  const save = useMutation({
    mutationFn: () => {
      const reason = form.reason.trim();
      return post<Template>('/admin/mood/template', {
        ...draft,
        ...(id !== null && { id, version: base.version }),
        ...(reason !== '' && { reason }),
      });
    },
    onSuccess: async (saved) => {
      const isNew = id === null;
      if (isNew) editing.forget();
      else editing.begin({ draft: saved, version: saved.version });
      await changed(saved);
      if (isNew) {
        show({ text: said.created });
        navigate(`/templates/${saved.id}`, { replace: true });
      } else
        show({
          text: said.saved(saved.version),
          ...(saved.version > base.version && { undo: () => void undo(saved) }),
        });
    },
    onError: async (error) => {
      if (id === null || !(error instanceof ApiError) || error.code !== 'VERSION_CONFLICT') return;
      setConflict(await get<Template>(`/admin/mood/template/${id}`));
    },
  });
  return { save, conflict, closeConflict: () => setConflict(null) };
}
