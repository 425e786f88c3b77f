import { expect, test } from '@jest/globals';
import { overrideReasonCodes } from '../moods/override-reason.ts';
import { toPlainText } from '../text/plain-text.ts';
import { notificationText } from './notification-texts.ts';

test('a model is told in fixed words that its mood ended or was changed, and why', () => {
  const texts = [
    notificationText({ type: 'mood_expired', reasonCode: null }),
    ...overrideReasonCodes.map((reasonCode) => notificationText({ type: 'mood_overridden', reasonCode })),
  ];
  expect(new Set(texts).size).toBe(5);
  for (const text of texts) {
    expect(text).not.toMatch(/[{}_]/);
    expect(toPlainText(text)).toBe(text);
  }
});

test('a change that names no reason counts as one for other reasons', () => {
  expect(notificationText({ type: 'mood_overridden', reasonCode: null })).toBe(
    notificationText({ type: 'mood_overridden', reasonCode: 'other' }),
  );
});
