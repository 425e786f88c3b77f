import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { urlOf } from '../../api/api.ts';
import { useSessionState } from '../../shell/session.tsx';
import { ownMoodKey, refreshAfterChange, showMood } from './own-mood.ts';
import type { Mood, OwnMood } from './own-mood.ts';

const openAgainMs = 30_000;

/**
 * Hears of changes of the mood as they happen, wherever they are made.
 * @returns whether it hears; while it does not, the mood has to be asked for.
 */
export function useMoodNews(modelId: string): boolean {
  const client = useQueryClient();
  const { hasEnded } = useSessionState();
  const [isLive, setIsLive] = useState(false);

  useEffect(() => {
    // Without a session it would be refused.
    if (hasEnded) return undefined;
    let stream: EventSource | undefined;
    let timer: number | undefined;

    function hear(moods: readonly Mood[]) {
      const mood = moods.find((one) => one.modelId === modelId);
      const own = client.getQueryData<OwnMood>(ownMoodKey);
      if (mood === undefined || own === undefined || mood.version <= own.mood.version) return;
      showMood(client, mood);
      refreshAfterChange(client);
    }

    function open() {
      const opened = new EventSource(urlOf('/moods/stream', { modelIds: modelId }));
      stream = opened;
      opened.addEventListener('open', () => setIsLive(true));
      opened.addEventListener('snapshot', ({ data }: MessageEvent<string>) => {
        const { moods }: { moods: Mood[] } = JSON.parse(data);
        hear(moods);
      });
      opened.addEventListener('mood', ({ data }: MessageEvent<string>) => {
        const mood: Mood = JSON.parse(data);
        hear([mood]);
      });
      opened.addEventListener('error', () => {
        setIsLive(false);
        // The browser opens a stream again that broke off, but not one that was refused.
        if (opened.readyState === EventSource.CLOSED) timer = window.setTimeout(open, openAgainMs);
      });
    }
    open();
    return () => {
      stream?.close();
      window.clearTimeout(timer);
      setIsLive(false);
    };
  }, [client, modelId, hasEnded]);

  return isLive;
}
