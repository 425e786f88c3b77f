import { expect, test } from '@jest/globals';
import type { Flags } from '../flags/ports.ts';
import { neverSetMood } from './mood.ts';
import { asSeenBy } from './shown-message.ts';

const mood = { ...neverSetMood('model-1', new Date()), customMessage: 'Back at nine' };
const off: Flags = { isOn: async () => false };

test.each([
  ['user', 'somebody', null],
  ['service', 'message-service', null],
  ['model', 'model-2', null],
  ['model', 'model-1', 'Back at nine'],
  ['admin', 'somebody', 'Back at nine'],
])('a custom message that is not shown is to a %s (%s): %s', async (role, subject, customMessage) => {
  expect(await asSeenBy(off, { role, subject }, mood)).toEqual({ ...mood, customMessage });
  expect(await asSeenBy({ isOn: () => true }, { role, subject }, mood)).toBe(mood);
});

test('the mood without its message is made once, and one without a message asks nobody', async () => {
  const reader = { role: 'user', subject: 'somebody' };
  expect(await asSeenBy(off, reader, mood)).toBe(await asSeenBy(off, reader, mood));
  const silent = { ...mood, customMessage: null };
  const notAsked: Flags = { isOn: () => Promise.reject(new Error('nothing here asks this')) };
  expect(await asSeenBy(notAsked, reader, silent)).toBe(silent);
});
