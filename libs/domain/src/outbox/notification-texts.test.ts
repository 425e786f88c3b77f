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

test('a model is told that a hold has ended, with what else was changed', () => {
  const ended = { type: 'mood_overridden', holdEnded: true } as const;
  const held = { previousState: 'positive', newState: 'positive' } as const;
  const alone = 'An administrator has ended the hold: you can change your mood again. It was positive and still is.';
  for (const reasonCode of ['other', 'not_kept', null] as const) expect(notificationText({ ...ended, reasonCode, ...held })).toBe(alone);
  const also = 'The hold has ended: you can change your mood again.';
  expect(notificationText({ ...ended, reasonCode: 'support', ...held })).toBe(
    `An administrator changed your mood in answer to a support request. It was positive and still is. ${also}`,
  );
  expect(notificationText({ ...ended, reasonCode: 'not_kept', ...moods })).toBe(
    `An administrator changed your mood. It was positive and is neutral now. ${also}`,
  );
  expect(notificationText({ ...ended, holdEnded: false, reasonCode: 'other', ...held })).not.toContain('hold');
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
