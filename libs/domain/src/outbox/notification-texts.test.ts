import { expect, test } from '@jest/globals';
import { moodStates } from '../moods/mood.ts';
import { overrideReasonCodes } from '../moods/override-reason.ts';
import { toPlainText } from '../text/plain-text.ts';
import { notificationText } from './notification-texts.ts';

const moods = { previousState: 'positive', newState: 'neutral' } as const;

test('a model is told in fixed words that its mood ended or was changed, and why', () => {
  const texts = [
    notificationText({ type: 'mood_expired', reasonCode: null, ...moods }),
    ...overrideReasonCodes.map((reasonCode) => notificationText({ type: 'mood_overridden', reasonCode, ...moods })),
  ];
  expect(new Set(texts).size).toBe(5);
  for (const text of texts) {
    expect(text).not.toMatch(/[{}_]/);
    expect(toPlainText(text)).toBe(text);
  }
});

test('a change that names no reason counts as one for other reasons, and says that it was one of policy', () => {
  const text = notificationText({ type: 'mood_overridden', reasonCode: null, ...moods });
  expect(text).toBe(notificationText({ type: 'mood_overridden', reasonCode: 'other', ...moods }));
  expect(text).toBe('An administrator changed your mood for a reason of policy. It was positive and is neutral now.');
});

test.each(moodStates.flatMap((previousState) => moodStates.map((newState) => [previousState, newState] as const)))(
  'a change from %s to %s says which mood it was',
  (previousState, newState) => {
    const text = notificationText({ type: 'mood_overridden', reasonCode: 'support', previousState, newState });
    const ending = previousState === newState ? 'and still is.' : `and is ${newState} now.`;
    expect(text).toBe(`An administrator changed your mood in answer to a support request. It was ${previousState} ${ending}`);
  },
);
