import { describe, expect, test } from '@jest/globals';
import { defaultMoodSettings, effectiveMood, neverSetMood } from './mood.ts';
import type { Mood } from './mood.ts';

const end = new Date('2026-03-01T12:00:00.000Z');
const mood: Mood = {
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  version: 7,
  moodState: 'positive',
  customMessage: 'Feeling great!',
  autoRespond: true,
  responseDelay: 30,
  expiresAt: end,
  lastUpdated: new Date('2026-03-01T11:00:00.000Z'),
  updatedBy: 'admin',
};

describe('the mood that counts', () => {
  test('is the stored one until the last millisecond before its end', () => {
    expect(effectiveMood(mood, new Date(end.getTime() - 1))).toEqual(mood);
  });

  test.each([0, 1, 86_400_000])(
    'is neutral with every setting at its default %d ms after its end, dates from its end, and has the version of its reset',
    (late) => {
      expect(effectiveMood(mood, new Date(end.getTime() + late))).toEqual({
        modelId: mood.modelId,
        version: 8,
        moodState: 'neutral',
        customMessage: null,
        autoRespond: false,
        responseDelay: 0,
        expiresAt: null,
        lastUpdated: end,
        updatedBy: 'admin',
      });
    },
  );

  test('never ends when no end was set', () => {
    const lasting = { ...mood, expiresAt: null };
    expect(effectiveMood(lasting, new Date('2999-01-01T00:00:00Z'))).toEqual(lasting);
  });

  test('leaves the stored mood as it was', () => {
    const stored = { ...mood };
    effectiveMood(stored, new Date(end.getTime() + 1));
    expect(stored).toEqual(mood);
  });
});

test('a model that never set a mood is neutral since it became known, at version 0', () => {
  expect(neverSetMood(mood.modelId, end)).toEqual({
    modelId: mood.modelId,
    version: 0,
    ...defaultMoodSettings,
    lastUpdated: end,
    updatedBy: 'model',
  });
});
