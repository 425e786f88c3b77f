import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { get } from '../../api/api.ts';
import { ownMoodKey } from './own-mood.ts';
import type { OwnMood } from './own-mood.ts';
import { useMoodNews } from './use-mood-news.ts';

/** Without news of changes, and beside them: holds and notices are no part of the news. */
const [pollMs, slowPollMs] = [15_000, 60_000];
/** A mood that ends is read once more a little after that, for clocks that differ. */
const afterEndMs = 400;
const longestTimerMs = 2_147_483_647;

/** Where the model stands: what others change is seen within seconds, and so is the end of the mood. */
export function useOwnMood(modelId: string) {
  const isLive = useMoodNews(modelId);
  const query = useQuery({
    queryKey: ownMoodKey,
    queryFn: ({ signal }) => get<OwnMood>('/mood/me', undefined, signal),
    refetchInterval: isLive ? slowPollMs : pollMs,
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
