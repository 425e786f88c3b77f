import type { recentMoodsSchema } from '@mood/contract/own-mood';
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { MoodIcon } from '../../ui/mood-name.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { words } from '../../words/words.ts';
import type { MoodSettings } from './draft.ts';
import styles from './recent-moods.module.css';

type RecentMoods = z.output<typeof recentMoodsSchema>;
type Recent = RecentMoods['moods'][number];

/** Moods that she had: one tap sets one again, without an end. Nothing while they come or when there are none: nobody misses them. */
export function RecentMoods({
  current,
  isDisabled,
  onChoose,
}: {
  current: MoodSettings;
  isDisabled: boolean;
  onChoose: (mood: MoodSettings) => void;
}) {
  const { data } = useQuery({ queryKey: ['mood', 'recent'], queryFn: ({ signal }) => get<RecentMoods>('/mood/recent', undefined, signal) });
  const moods = data?.moods.filter((one) => !isSame(one, current)) ?? [];
  if (moods.length === 0) return null;
  return (
    <Card title={said.recent}>
      <p className={styles['hint']}>{said.recentHint}</p>
      {/* The mood that was chosen leaves the list: who chose it goes on in the form. */}
      <ul className={styles['moods']} data-goes-on="form textarea">
        {moods.map((mood) => (
          <li key={mood.lastUsedAt}>
            <Button isDisabled={isDisabled} onPress={() => onChoose(settingsOf(mood))}>
              <MoodIcon state={mood.moodState} size={18} />
              <span className={styles['text']}>
                {mood.customMessage === null ? (
                  words.common.moods[mood.moodState]
                ) : (
                  <>
                    <span className="hidden">{words.common.moods[mood.moodState]}: </span>
                    {mood.customMessage}
                  </>
                )}
              </span>
              {mood.autoRespond && <span className={styles['reply']}>{said.recentReply(mood.responseDelay)}</span>}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const settingsOf = ({ moodState, customMessage, autoRespond, responseDelay }: Recent): MoodSettings => ({
  moodState,
  customMessage,
  autoRespond,
  responseDelay,
  expiresAt: null,
});

const isSame = (one: Recent, other: MoodSettings) =>
  one.moodState === other.moodState &&
  one.customMessage === other.customMessage &&
  one.autoRespond === other.autoRespond &&
  one.responseDelay === other.responseDelay;
