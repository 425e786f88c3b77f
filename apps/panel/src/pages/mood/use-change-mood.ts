import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, post, postForVersion } from '../../api/api.ts';
import { useToast } from '../../shell/toasts.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { words } from '../../words/words.ts';
import { updateBackTo } from './draft.ts';
import type { MoodUpdate } from './draft.ts';
import { ownMoodKey, refreshAfterChange, showAhead, showMood } from './own-mood.ts';
import type { Mood, OwnMood } from './own-mood.ts';
import { explainRefusal } from './refusals.ts';

export interface Change {
  update: MoodUpdate;
  /** What is said when it is done. */
  said: (mood: Mood) => string;
  /** The mood is set only if it is this one until then: nobody else's change is overwritten unseen. */
  onlyIf: Mood;
  /** Only its end is another one. */
  isExtension?: boolean;
  /** Absent: it cannot be taken back. */
  canUndo?: boolean;
  /** Absent: what went wrong is said at the edge of the page. */
  onRefused?: (error: Error) => void;
  onDone?: (mood: Mood) => void;
  /** After it was taken back. */
  onUndone?: (mood: Mood) => void;
}

const nameOf = (mood: Mood | undefined) => words.common.moods[mood?.moodState ?? 'neutral'];

/**
 * Sets the mood: it is shown at once, and taken back when it is refused. What is done can be undone for as long as its toast is there, unless
 * the mood was changed again meanwhile.
 */
export function useChangeMood() {
  const client = useQueryClient();
  const toast = useToast();

  const mutation = useMutation({
    mutationKey: ownMoodKey,
    mutationFn: ({ update, onlyIf: { version: expectedVersion }, isExtension }: Change) =>
      isExtension === true
        ? post<Mood>('/mood/extend', { expiresAt: update.expiresAt, expectedVersion })
        : postForVersion<Omit<Mood, 'version'>>('/mood/update', { ...update, expectedVersion }),
    async onMutate({ update, onlyIf }) {
      await client.cancelQueries({ queryKey: ownMoodKey });
      const before = client.getQueryData<OwnMood>(ownMoodKey);
      const { moodState, customMessage = null, autoRespond = false, responseDelay = 0, expiresAt = null } = update;
      const settings = { moodState, customMessage, autoRespond, responseDelay, expiresAt };
      showAhead(client, {
        ...onlyIf,
        ...settings,
        version: onlyIf.version + 1,
        updatedBy: 'model',
        lastUpdated: new Date().toISOString(),
      });
      return before;
    },
    onSuccess(mood, change, before) {
      showMood(client, mood);
      change.onDone?.(mood);
      const undo = change.canUndo === true && before !== undefined ? { undo: () => undoChange(change, before.mood, mood) } : {};
      toast({ text: change.said(mood), ...undo });
    },
    onError(error, change, before) {
      client.setQueryData(ownMoodKey, before);
      if (change.onRefused === undefined) toast({ kind: 'bad', text: explainRefusal(error, Date.now()).text });
      else change.onRefused(error);
    },
    onSettled: () => refreshAfterChange(client),
  });

  /** One at a time: a second click comes before the button is disabled, and `isPending` says so too late. */
  function mutate(change: Change): void {
    if (client.isMutating({ mutationKey: ownMoodKey }) === 0) mutation.mutate(change);
  }

  function undoChange({ onUndone }: Change, before: Mood, onlyIf: Mood): void {
    mutate({
      update: updateBackTo(before, Date.now()),
      onlyIf,
      said: () => said.undone,
      ...(onUndone !== undefined && { onDone: onUndone }),
      async onRefused(error) {
        if (!(error instanceof ApiError) || error.code !== 'VERSION_CONFLICT') {
          return toast({ kind: 'bad', text: explainRefusal(error, Date.now()).text });
        }
        await client.refetchQueries({ queryKey: ownMoodKey });
        toast({ kind: 'bad', text: said.notUndone(nameOf(client.getQueryData<OwnMood>(ownMoodKey)?.mood)) });
      },
    });
  }

  return { mutate, isPending: mutation.isPending };
}
