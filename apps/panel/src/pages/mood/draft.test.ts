import { expect, test } from '@jest/globals';
import {
  charactersOf,
  draftOf,
  editOf,
  hasEnded,
  inOneLine,
  isChanged,
  pickFrom,
  previewOf,
  readDelay,
  rebased,
  updateBackTo,
  updateOf,
  withoutOldEnd,
} from './draft.ts';
import type { Draft, MoodSettings } from './draft.ts';

const now = Date.parse('2026-11-30T20:00:00Z');
const zone = 'Europe/Berlin';
const mood: MoodSettings = {
  moodState: 'positive',
  customMessage: 'Feeling great today!',
  autoRespond: true,
  responseDelay: 30,
  expiresAt: '2026-11-30T22:59:00.000Z',
};
const draft = draftOf(mood);
const saved = (changes: Partial<Draft>) => updateOf({ ...draft, ...changes }, now, zone);

test('a mood that was not touched would be saved as it is', () => {
  expect(updateOf(draft, now, zone)).toEqual(mood);
});

test.each<[string, Partial<Draft>, object]>([
  ['a message of blanks is none', { message: '   ' }, { customMessage: null }],
  ['a message goes as it was typed', { message: ' <b>hi</b> 😊 ' }, { customMessage: ' <b>hi</b> 😊 ' }],
  ['no end', { end: { choice: 'never' } }, { expiresAt: null }],
  ['a chip counts from the moment of saving', { end: { choice: 'hour' } }, { expiresAt: '2026-11-30T21:00:00.000Z' }],
  ['the end of today is that of the zone', { end: { choice: 'today' } }, { expiresAt: '2026-11-30T22:59:00.000Z' }],
  ['a picked time', { end: { choice: 'pick', local: '2026-12-24T18:00' } }, { expiresAt: '2026-12-24T17:00:00.000Z' }],
  ['a delay without replies is not looked at', { autoRespond: false, delay: 'x' }, { autoRespond: false, responseDelay: 0 }],
])('%s', (_, changes, expected) => {
  expect(saved(changes)).toMatchObject(expected);
});

test.each<[string, Partial<Draft>, object]>([
  ['a delay above 300', { delay: '301' }, { delay: true }],
  ['no delay', { delay: '' }, { delay: true }],
  ['an end that is over', { end: { choice: 'pick', local: '2026-11-30T20:59' } }, { end: 'over' }],
  ['an end that was kept until it was over', { end: { choice: 'kept', at: '2026-11-30T19:59:00.000Z' } }, { end: 'over' }],
  ['no day picked', { end: { choice: 'pick', local: '' } }, { end: 'missing' }],
  ['both', { delay: '-1', end: { choice: 'pick', local: '' } }, { delay: true, end: 'missing' }],
])('has to be put right: %s', (_, changes, problems) => {
  expect(saved(changes)).toEqual(problems);
});

test.each([
  ['', 0],
  [' a ', 3],
  ['😊', 1],
  ['👨‍👩‍👧', 5],
  // Typed as letter and accent, counted as the one letter that is stored.
  ['e\u0301', 1],
])('%j has %d characters, as the API counts', (text, count) => {
  expect(charactersOf(text)).toBe(count);
});

test.each([
  ['two\nlines', 'two lines'],
  ['two \r\n lines\tand a tab', 'two lines and a tab'],
  ['one', 'one'],
])('%j becomes one line', (text, line) => {
  expect(inOneLine(text)).toBe(line);
});

test.each([
  ['0', 0],
  ['300', 300],
  [' 5 ', 5],
  ['1.5', undefined],
  ['1e2', undefined],
  ['', undefined],
])('a delay of %j is %s', (typed, seconds) => {
  expect(readDelay(typed)).toBe(seconds);
});

test('the texts are asked for by mood and message alone', () => {
  expect(previewOf(draft)).toEqual({ moodState: 'positive', customMessage: 'Feeling great today!' });
  expect(previewOf({ ...draft, message: '' })).toEqual({ moodState: 'positive', customMessage: null });
});

test('picking begins at the end chosen until now, else an hour from now', () => {
  expect(pickFrom(draft.end, now, zone)).toEqual({ choice: 'pick', local: '2026-11-30T23:59' });
  expect(pickFrom({ choice: 'never' }, now, zone)).toEqual({ choice: 'pick', local: '2026-11-30T22:00' });
});

test('undo brings the mood back; one that would have ended meanwhile comes back as neutral', () => {
  expect(updateBackTo({ ...mood }, now)).toEqual(mood);
  expect(updateBackTo({ ...mood, expiresAt: '2026-11-30T20:00:00.000Z' }, now)).toMatchObject({
    moodState: 'neutral',
    customMessage: null,
    autoRespond: false,
    expiresAt: null,
  });
});

test('the form follows the mood while nothing is typed; what is typed stays', () => {
  const extended = { ...mood, expiresAt: '2026-11-30T23:59:00.000Z' };
  expect(rebased(editOf(mood), extended)).toEqual(editOf(extended));
  const typed = { base: mood, draft: { ...draft, message: 'Half a sen' } };
  const after = rebased(typed, extended);
  expect(isChanged(after)).toBe(true);
  expect(after.draft).toMatchObject({ message: 'Half a sen', end: { choice: 'kept', at: extended.expiresAt } });
});

test('a mood that has ended was last changed at its end, and what is typed then has no end', () => {
  const ended = { lastUpdated: '2026-11-30T22:59:00Z' };
  const edit = { base: mood, draft: { ...draft, message: 'New words' } };
  expect(hasEnded(mood, ended)).toBe(true);
  expect(withoutOldEnd(edit, ended)).toEqual({ base: mood, draft: { ...edit.draft, end: { choice: 'never' } } });
  for (const lastUpdated of ['2026-11-30T22:58:59.999Z', '2026-11-30T22:59:00.001Z']) {
    expect(hasEnded(mood, { lastUpdated })).toBe(false);
    expect(withoutOldEnd(edit, { lastUpdated })).toBe(edit);
  }
  expect(hasEnded({ ...mood, expiresAt: null }, ended)).toBe(false);
  // Another end was chosen.
  const picked = { base: mood, draft: { ...draft, end: { choice: 'hour' } as const } };
  expect(withoutOldEnd(picked, ended)).toBe(picked);
});
