import { MoodName } from '../../ui/mood-name.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import type { Draft } from './template.ts';
import styles from './templates.module.css';

type Place = Pick<Draft, 'moodState' | 'templateType' | 'tierLevel'>;

export const tierName = (tier: Draft['tierLevel']) => (tier === null ? said.anyTier : words.common.tiers[tier]);

/** `Thanks for a tip, positive, Gold`: a place in one line. */
export const placeInWords = ({ moodState, templateType, tierLevel }: Place) =>
  `${said.titleOf(words.common.types[templateType], words.common.moods[moodState])}, ${tierName(tierLevel)}`;

/** Which messages it is for. */
export function Place({ place: { moodState, templateType, tierLevel } }: { place: Place }) {
  return (
    <span className={styles['place']}>
      <MoodName state={moodState} />
      <span>{words.common.types[templateType]}</span>
      <span className={styles['soft']}>{tierName(tierLevel)}</span>
    </span>
  );
}
