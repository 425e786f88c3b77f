import { describe, expect, test } from '@jest/globals';
import { addDays, dayIn, overviewSearch, periodOf } from './period.ts';

const search = (values: Record<string, string>) => overviewSearch.parse(values);
const now = new Date('2026-03-29T22:30:00Z');

test('a day is the one that clocks of the zone show', () => {
  expect([dayIn('UTC', now), dayIn('Europe/Berlin', now), dayIn('America/Los_Angeles', now)]).toEqual([
    '2026-03-29',
    '2026-03-30',
    '2026-03-29',
  ]);
});

test('days are counted by the calendar, over changes of the clock, too', () => {
  expect([addDays('2026-03-28', 2), addDays('2026-03-01', -1), addDays('2028-02-28', 1)]).toEqual([
    '2026-03-30',
    '2026-02-28',
    '2028-02-29',
  ]);
});

describe('the period of an address', () => {
  test('is the last 30 days with today, when it says nothing', () => {
    expect(periodOf(search({ zone: 'Europe/Berlin' }), now)).toEqual({
      from: '2026-03-01',
      to: '2026-03-31',
      timeZone: 'Europe/Berlin',
      interval: 'day',
    });
  });

  test.each([
    [
      { from: '2026-03-05', to: '2026-03-05' },
      { from: '2026-03-05', to: '2026-03-06', interval: 'hour' },
    ],
    [
      { from: '2026-01-01', to: '2026-03-31' },
      { from: '2026-01-01', to: '2026-04-01', interval: 'day' },
    ],
    [
      { from: '2025-01-01', to: '2025-12-31' },
      { from: '2025-01-01', to: '2026-01-01', interval: 'week' },
    ],
  ])('has both days that were chosen: %o', (days, expected) => {
    expect(periodOf(search({ range: 'custom', zone: 'UTC', ...days }), now)).toEqual({ ...expected, timeZone: 'UTC' });
  });

  test.each([
    [{ from: '2026-03-05' }, 'incomplete'],
    [{ from: '2026-03-05', to: '2026-03-04' }, 'backwards'],
    [{ from: '2020-01-01', to: '2026-03-04' }, 'long'],
    [{ from: '2026-02-30', to: '2026-03-04' }, 'incomplete'],
  ])('is none for %o, and says why', (days, problem) => {
    expect(periodOf(search({ range: 'custom', ...days }), now)).toBe(problem);
  });

  test('does not know zones that do not exist', () => {
    expect(search({ zone: 'Mars/Olympus', range: '9d' })).toMatchObject({ zone: '', range: '30d' });
  });
});
