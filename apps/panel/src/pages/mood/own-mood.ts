import type { ownMoodSchema } from '@mood/contract/own-mood';
import type { QueryClient } from '@tanstack/react-query';
import type { z } from 'zod';

export type OwnMood = z.output<typeof ownMoodSchema>;
export type Mood = OwnMood['mood'];

export const ownMoodKey = ['mood', 'me'] as const;

/** Shows the mood that was or will be set. */
export function showMood(client: QueryClient, mood: Mood, used: number): void {
  client.setQueryData<OwnMood>(
    ownMoodKey,
    (own) => own && { ...own, mood, changes: { ...own.changes, remaining: Math.max(0, own.changes.remaining - used) } },
  );
}

/** Asks anew for what a change of the mood changes; nobody waits for it. */
export function refreshAfterChange(client: QueryClient): void {
  for (const what of ['me', 'recent', 'history']) void client.invalidateQueries({ queryKey: ['mood', what] });
}
