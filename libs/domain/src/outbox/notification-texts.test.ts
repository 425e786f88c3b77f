import { expect, test } from '@jest/globals';
import { toPlainText } from '../text/plain-text.ts';
import { notificationTexts } from './notification-texts.ts';

test('a model is told in fixed words that its mood ended or was changed', () => {
  expect(Object.keys(notificationTexts).sort()).toEqual(['mood_expired', 'mood_overridden']);
  for (const text of Object.values(notificationTexts)) {
    expect(text).not.toMatch(/[{}]/);
    expect(toPlainText(text)).toBe(text);
  }
});
