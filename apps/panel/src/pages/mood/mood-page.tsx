import { useQuery } from '@tanstack/react-query';
import type { ownMoodSchema } from '@mood/contract/own-mood';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { words } from '../../words/words.ts';

type OwnMood = z.output<typeof ownMoodSchema>;

export function Page() {
  const own = useQuery({ queryKey: ['mood', 'me'], queryFn: ({ signal }) => get<OwnMood>('/mood/me', undefined, signal) });
  return (
    <>
      <PageHeader title={words.shell.pages.mood} />
      <Loaded query={own}>{({ mood }) => <MoodName state={mood.moodState} />}</Loaded>
    </>
  );
}
