import { expect, test } from '@jest/globals';
import { startOfWeek, totalOf, weekOf } from './week.ts';
import type { Change } from './week.ts';

const hour = 3_600_000;
const zone = 'Europe/Berlin';
const now = Date.parse('2026-11-30T11:00:00Z');
const change = (moodState: Change['moodState'], changedAt: string): Change => ({ moodState, changedAt });

test('a week is seven days of the zone, of which today goes until now', () => {
  const week = weekOf([change('positive', '2026-11-29T11:00:00Z'), change('negative', '2026-11-20T11:00:00Z')], now, zone);
  expect(week.map(({ date }) => date)).toEqual([24, 25, 26, 27, 28, 29, 30].map((day) => `2026-11-${day}`));
  expect(week.at(-2)?.parts).toEqual([
    { state: 'negative', from: 0, to: 0.5 },
    { state: 'positive', from: 0.5, to: 1 },
  ]);
  expect(week.at(-1)?.parts).toEqual([{ state: 'positive', from: 0, to: 0.5 }]);
  expect(totalOf(week)).toEqual({ positive: 24 * hour, neutral: 0, negative: (5 * 24 + 12) * hour });
});

test('days on which clocks change have 23 and 25 hours', () => {
  const lengthOn = (date: string, at: string) =>
    weekOf([change('neutral', '2026-01-01T00:00:00Z')], Date.parse(at), zone).find((day) => day.date === date)?.lengths.neutral;
  expect(lengthOn('2026-03-29', '2026-03-31T10:00:00Z')).toBe(23 * hour);
  expect(lengthOn('2026-10-25', '2026-10-27T10:00:00Z')).toBe(25 * hour);
});

test('before the first mood there was none: nobody was neutral for days then', () => {
  const week = weekOf([change('positive', '2026-11-30T05:00:00Z')], now, zone);
  expect(totalOf(week)).toEqual({ positive: 6 * hour, neutral: 0, negative: 0 });
});

test('a reset that was written late changes nothing of the order', () => {
  const late = [change('neutral', '2026-11-30T09:00:00Z'), change('positive', '2026-11-30T09:00:00.500Z')];
  expect(
    weekOf(late, now, zone)
      .at(-1)
      ?.parts.every(({ from, to }) => from < to),
  ).toBe(true);
});

test('the week begins at midnight six days ago, by the clocks of the zone', () => {
  expect(new Date(startOfWeek(now, zone)).toISOString()).toBe('2026-11-23T23:00:00.000Z');
  expect(new Date(startOfWeek(Date.parse('2026-03-31T10:00:00Z'), zone)).toISOString()).toBe('2026-03-24T23:00:00.000Z');
});
