// A page of the platform in TypeScript. It is checked, not run.
import { MoodBadge } from '@mood/client/badge';
import type { BadgeConnection, BadgeMood, BadgeWords } from '@mood/client/badge';

const words: BadgeWords = { neutral: 'Neutral', positive: 'Gut gelaunt', negative: 'Schlecht gelaunt' };
const connection: BadgeConnection = { url: 'https://moods.example.com', token: async () => 'token' };
MoodBadge.connect({ ...connection, words });

const inWords = ({ moodState, expiresAt }: BadgeMood) => words[moodState] + (expiresAt ?? '');
export const shown: string[] = [...document.querySelectorAll<MoodBadge>('mood-badge')].map(({ mood }) => (mood ? inWords(mood) : ''));

// @ts-expect-error -- there is no such mood
words.happy = 'Happy';
// @ts-expect-error -- a token is asked for each time, not given once
MoodBadge.connect({ url: 'https://moods.example.com', token: 'token' });
