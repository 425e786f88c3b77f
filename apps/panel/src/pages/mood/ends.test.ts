import { expect, test } from '@jest/globals';
import { asPicked, endOf, pickedEnd } from './ends.ts';
import type { EndChip } from './ends.ts';

const end = (chip: EndChip, now: string, zone: string) => endOf(chip, Date.parse(now), zone).toISOString();

test.each([
  ['an ordinary day', 'Europe/Berlin', '2026-11-30T19:47:00Z', '2026-11-30T22:59:00.000Z'],
  ['a day of 23 hours', 'Europe/Berlin', '2026-03-28T23:30:00Z', '2026-03-29T21:59:00.000Z'],
  ['a day of 25 hours', 'Europe/Berlin', '2026-10-24T22:30:00Z', '2026-10-25T22:59:00.000Z'],
  ['a zone of a half hour', 'Asia/Kolkata', '2026-11-30T19:47:00Z', '2026-12-01T18:29:00.000Z'],
  ['a midnight that does not exist', 'America/Santiago', '2026-09-05T20:00:00Z', '2026-09-06T03:59:00.000Z'],
  ['a last hour that comes twice', 'America/Santiago', '2026-04-04T20:00:00Z', '2026-04-05T03:59:00.000Z'],
  ['its last minute', 'UTC', '2026-11-30T23:59:20Z', '2026-12-01T00:00:00.000Z'],
])('the end of today is its last minute: %s', (_, zone, now, expected) => {
  expect(end('today', now, zone)).toBe(expected);
});

test.each([
  ['an ordinary day', 'Europe/Berlin', '2026-11-30T19:47:00Z', '2026-12-01T08:00:00.000Z'],
  ['clocks go forward in the night', 'Europe/Berlin', '2026-03-28T19:00:00Z', '2026-03-29T07:00:00.000Z'],
  ['clocks go back in the night', 'Europe/Berlin', '2026-10-24T19:00:00Z', '2026-10-25T08:00:00.000Z'],
  ['clocks go forward by half an hour', 'Australia/Lord_Howe', '2026-10-03T10:00:00Z', '2026-10-03T22:00:00.000Z'],
  ['it is the next day already there', 'Pacific/Auckland', '2026-11-30T19:47:00Z', '2026-12-01T20:00:00.000Z'],
  ['the next day does not exist', 'Pacific/Apia', '2011-12-29T20:00:00Z', '2011-12-30T19:00:00.000Z'],
])('tomorrow 9:00 is by the clocks of the zone: %s', (_, zone, now, expected) => {
  expect(end('tomorrow', now, zone)).toBe(expected);
});

test.each([
  ['halfHour', '2026-03-29T01:15:00.000Z'],
  ['hour', '2026-03-29T01:45:00.000Z'],
  ['fourHours', '2026-03-29T04:45:00.000Z'],
] as const)('%s is as long as it says, over a change of clocks too', (chip, expected) => {
  expect(end(chip, '2026-03-29T00:45:00Z', 'Europe/Berlin')).toBe(expected);
});

test.each([
  ['2026-11-30T23:59', 'Europe/Berlin', '2026-11-30T22:59:00.000Z'],
  // Skipped by the clocks: as much later.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  // Comes twice: the first.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['', 'UTC', undefined],
  ['2026-02-30T10:00', 'UTC', undefined],
  ['tomorrow', 'UTC', undefined],
])('a picked time %j in %s is %s', (local, zone, expected) => {
  expect(pickedEnd(local, zone)?.toISOString()).toBe(expected);
});

test('a moment fills the date field by the clocks of the zone, and is read back as it was', () => {
  const at = Date.parse('2026-07-01T22:05:00Z');
  expect(asPicked(at, 'America/New_York')).toBe('2026-07-01T18:05');
  expect(pickedEnd(asPicked(at, 'America/New_York'), 'America/New_York')?.getTime()).toBe(at);
});
