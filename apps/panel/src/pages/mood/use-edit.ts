import { useState } from 'react';
import { editOf, hasEnded, isChanged, isSameDraft, rebased, withoutOldEnd } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Mood } from './own-mood.ts';

/**
 * What the model types over her mood. News of the mood never overwrites it: they wait until she saves or takes them over. As long as she has typed
 * nothing, the form follows.
 * @param current as it is now. @param isSaving the current one is shown before it is confirmed.
 */
export function useEdit(current: Mood, isSaving: boolean) {
  const [edit, setEdit] = useState(() => editOf(current));
  const hasNews = current.version !== edit.base.version;
  const isTouched = isChanged(edit);
  const upToDate = hasNews && !isTouched ? editOf(current) : withoutOldEnd(edit, current);
  if (upToDate !== edit) setEdit(upToDate);

  return {
    draft: edit.draft,
    isTouched,
    hasNews: hasNews && isTouched && !isSaving,
    /** The news is that the mood has ended. */
    hasEnded: hasEnded(edit.base, current),
    change: (fields: Partial<Draft>) => setEdit((before) => ({ ...before, draft: { ...before.draft, ...fields } })),
    /** Shows a mood, and forgets what was typed. */
    take: (mood: Mood) => setEdit(editOf(mood)),
    /** Shows what was typed before. */
    restore: (mood: Mood, draft: Draft) => setEdit({ base: mood, draft }),
    /** The draft was saved as this mood. What was typed since then stays. */
    saved: (sent: Draft, mood: Mood) =>
      setEdit((before) => (isSameDraft(before.draft, sent) ? editOf(mood) : { base: mood, draft: before.draft })),
    /** The mood was changed beside the form. */
    follow: (mood: Mood) => setEdit((before) => rebased(before, mood)),
  };
}
