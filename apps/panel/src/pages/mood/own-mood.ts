import type { ownMoodSchema } from '@mood/contract/own-mood';
import type { QueryClient } from '@tanstack/react-query';
import type { z } from 'zod';

export type OwnMood = z.output<typeof ownMoodSchema> & {
  /** The mood is shown before the API has said that it is so. It stands beside the mood, so that nobody ever sees one without the other. */
  isUnconfirmed?: boolean;
};
export type Mood = OwnMood['mood'];

export const ownMoodKey = ['mood', 'me'] as const;

function show(client: QueryClient, mood: Mood, isUnconfirmed: boolean, used: number): void {
  client.setQueryData<OwnMood>(
    ownMoodKey,
    (own) => own && { ...own, mood, isUnconfirmed, changes: { ...own.changes, remaining: Math.max(0, own.changes.remaining - used) } },
  );
}

/** Shows the mood that is being set, and counts the change. */
export const showAhead = (client: QueryClient, mood: Mood): void => show(client, mood, true, 1);

/** Shows a mood as the API has said that it is. */
export const showMood = (client: QueryClient, mood: Mood): void => show(client, mood, false, 0);

/** Asks anew for what a change of the mood changes; nobody waits for it. */
export function refreshAfterChange(client: QueryClient): void {
  for (const what of ['me', 'recent', 'history']) void client.invalidateQueries({ queryKey: ['mood', what] });
}
