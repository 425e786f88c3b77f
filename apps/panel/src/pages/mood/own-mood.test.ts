import { expect, test } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { ownMoodKey, showAhead, showMood } from './own-mood.ts';
import type { Mood, OwnMood } from './own-mood.ts';

const mood: Mood = {
  modelId: '018f4b8e-0000-7000-8000-000000000001',
  version: 3,
  moodState: 'neutral',
  customMessage: null,
  autoRespond: false,
  responseDelay: 0,
  expiresAt: null,
  lastUpdated: '2026-01-02T12:00:00.000Z',
  updatedBy: 'model',
};
const own: OwnMood = {
  mood,
  heldUntil: null,
  terms: { version: '1', acceptedAt: null },
  notices: [],
  changes: { limit: 50, remaining: 1, moreAt: null },
};

test('a mood that is being set is told from one that the API has confirmed, in the same piece of data', () => {
  const client = new QueryClient();
  const seen = () => client.getQueryData<OwnMood>(ownMoodKey);
  client.setQueryData(ownMoodKey, own);

  const ahead = { ...mood, version: 4, moodState: 'positive' } as const;
  showAhead(client, ahead);
  expect(seen()).toEqual({ ...own, mood: ahead, isUnconfirmed: true, changes: { ...own.changes, remaining: 0 } });
  showAhead(client, ahead);
  expect(seen()?.changes.remaining).toBe(0);

  showMood(client, ahead);
  expect(seen()).toMatchObject({ mood: ahead, isUnconfirmed: false });
  expect(seen()?.changes.remaining).toBe(0);
});

test('nothing is shown of a mood that was never read', () => {
  const client = new QueryClient();
  showAhead(client, mood);
  expect(client.getQueryData(ownMoodKey)).toBeUndefined();
});
