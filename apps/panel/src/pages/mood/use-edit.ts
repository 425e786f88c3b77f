import { useEffect, useState } from 'react';
import { forgetDraft, keepDraft, keptDraft } from '../../ui/kept-drafts.ts';
import { draftOf, editOf, hasEnded, isChanged, isSameDraft, rebased, withoutOldEnd } from './draft.ts';
import type { Draft, Edit } from './draft.ts';
import type { Mood } from './own-mood.ts';
import { draftName, unsavedMood } from './unsaved.ts';

/**
 * The edit as it goes on over the mood of now: where nothing is to be chosen between the two, nobody is asked to. Before a mood is confirmed what is
 * typed does not count as saved: when it is refused, that is all there is of it.
 */
function broughtUpToDate(edit: Edit<Mood>, current: Mood, isUnconfirmed: boolean): Edit<Mood> {
  if (current.version !== edit.base.version) {
    if (!isChanged(edit)) return editOf(current);
    // What is typed is what is there by now: it was saved, and the answer was not seen here.
    if (!isUnconfirmed && isSameDraft(edit.draft, draftOf(current))) return editOf(current);
    // Such as the end of a hold.
    if (!isUnconfirmed && isSameDraft(draftOf(edit.base), draftOf(current))) return { base: current, draft: edit.draft };
  }
  return withoutOldEnd(edit, current);
}

/**
 * What the model types over her mood. News of the mood never overwrites it: they wait until she saves or takes them over. As long as she has typed
 * nothing, the form follows. What she has typed and not saved outlives the page, also a reload, until the tab is closed.
 * @param current as it is now. @param isUnconfirmed the current one is shown before it is confirmed.
 */
export function useEdit(current: Mood, isUnconfirmed: boolean) {
  const owner = current.modelId;
  const [kept] = useState(() => keptDraft(owner, draftName, unsavedMood));
  const [edit, setEdit] = useState<Edit<Mood>>(() => kept?.value ?? editOf(current));
  /** When what stands here was typed, if it was on an earlier visit. */
  const [keptAt, setKeptAt] = useState(kept?.keptAt);
  const hasNews = current.version !== edit.base.version;
  const isTouched = isChanged(edit);
  const upToDate = broughtUpToDate(edit, current, isUnconfirmed);
  if (upToDate !== edit) setEdit(upToDate);

  useEffect(() => {
    if (isTouched) keepDraft(owner, draftName, edit);
    else forgetDraft(owner, draftName);
  }, [owner, edit, isTouched]);
  if (keptAt !== undefined && !isTouched) setKeptAt(undefined);

  return {
    draft: edit.draft,
    keptAt,
    isTouched,
    hasNews: hasNews && isTouched && !isUnconfirmed,
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
