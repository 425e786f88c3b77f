import type { ownMoodSchema } from '@mood/contract/own-mood';
import { useQuery } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { z } from 'zod';
import { get } from '../../api/api.ts';

export type OwnMood = z.output<typeof ownMoodSchema>;
export type Mood = OwnMood['mood'];

export const ownMoodKey = ['mood', 'me'] as const;

const pollMs = 15_000;
/** A mood that ends is read once more a little after that, for clocks that differ. */
const afterEndMs = 400;
const longestTimerMs = 2_147_483_647;

/** Where the model stands: what others change is seen within seconds, and so is the end of the mood. */
export function useOwnMood() {
  const query = useQuery({
    queryKey: ownMoodKey,
    queryFn: ({ signal }) => get<OwnMood>('/mood/me', undefined, signal),
    refetchInterval: pollMs,
    refetchOnWindowFocus: 'always',
  });
  const { data, refetch } = query;
  const expiresAt = data?.mood.expiresAt ?? null;
  useEffect(() => {
    if (expiresAt === null) return undefined;
    const left = Date.parse(expiresAt) - Date.now();
    if (left < 0 || left > longestTimerMs) return undefined;
    const timer = window.setTimeout(() => void refetch(), left + afterEndMs);
    return () => window.clearTimeout(timer);
  }, [expiresAt, refetch]);
  return query;
}

/** Shows the mood that was or will be set. */
export function showMood(client: QueryClient, mood: Mood, used: number): void {
  client.setQueryData<OwnMood>(
    ownMoodKey,
    (own) => own && { ...own, mood, changes: { ...own.changes, remaining: Math.max(0, own.changes.remaining - used) } },
  );
}
