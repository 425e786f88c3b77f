import { describe, expect, test } from '@jest/globals';
import { bodyOf, bodyToTakeBack, emptyDraft, minutesOf, toldText } from './override-draft.ts';
import type { Before } from './override-draft.ts';

const draft = { ...emptyDraft, reasonCode: 'support' as const, reason: ' A complaint ' };

describe('the request of a draft', () => {
  test('has no message when none is typed, and no hold when none is chosen', () => {
    expect(bodyOf(draft)).toEqual({
      moodState: 'neutral',
      customMessage: null,
      autoRespond: false,
      reasonCode: 'support',
      reason: 'A complaint',
      holdMinutes: 0,
    });
  });

  test.each([{ reasonCode: '' as const }, { reason: 'no' }, { hold: 'own' as const, minutes: '1441' }, { customMessage: 'a'.repeat(201) }])(
    'is none with %o',
    (wrong) => {
      expect(bodyOf({ ...draft, ...wrong })).toBeNull();
    },
  );
});

test.each([
  ['60', '', 60],
  ['own', '90', 90],
  ['own', '0', null],
  ['own', '1.5', null],
  ['own', 'x', null],
] as const)('a hold of %s %s is %p minutes', (hold, minutes, expected) => {
  expect(minutesOf({ hold, minutes })).toBe(expected);
});

test('nobody is accused of anything before somebody says so', () => {
  expect(emptyDraft.reasonCode).toBe('');
  expect(toldText(emptyDraft, 'negative')).toBeNull();
});

test('the model is told in the words of the system', () => {
  expect(toldText({ moodState: 'neutral', reasonCode: 'policy' }, 'negative')).toBe(
    'An administrator changed your mood because it did not follow the platform’s policies. It was negative and is neutral now.',
  );
});

test('the model is told that a hold ends by it', () => {
  expect(toldText({ moodState: 'neutral', reasonCode: 'other' }, 'neutral', true)).toBe(
    'An administrator has ended the hold: you can change your mood again. It was neutral and still is.',
  );
});

test('taking back restores what is still to come', () => {
  const before: Before = {
    mood: {
      modelId: 'a0000000-0000-4000-8000-000000000001',
      moodState: 'positive',
      customMessage: 'Hello',
      autoRespond: true,
      responseDelay: 30,
      expiresAt: '2026-01-01T11:00:00.000Z',
      lastUpdated: '2026-01-01T09:00:00.000Z',
      updatedBy: 'admin',
      version: 3,
    },
    heldUntil: '2026-01-01T12:29:30.000Z',
  };
  expect(bodyToTakeBack(before, 'A complaint', new Date('2026-01-01T12:00:00Z'))).toEqual({
    moodState: 'positive',
    customMessage: 'Hello',
    autoRespond: true,
    expiresAt: null,
    reasonCode: 'other',
    reason: 'Taken back: A complaint',
    holdMinutes: 30,
  });
});
