import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Interval } from './metrics.ts';
import { localTime, maxDays, periodBefore, slicesOf, toPeriod } from './periods.ts';
import type { Bound } from './periods.ts';

const now = new Date('2026-11-30T19:00:00Z');
const hourMs = 3_600_000;
/** With distances from UTC of whole hours, halves and quarters, and of seconds until 1972. */
const zones = [
  'UTC',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
  'Asia/Pyongyang',
  'Africa/Monrovia',
];

/** Each interval as its beginning by the zone's clock, and its hours. */
function cut(timeZone: string, interval: Interval, from: Bound, to: Bound): [string, number][] {
  return slicesOf(toPeriod({ from, to, timeZone }, now), interval).map(({ start, end }) => [
    localTime(start, timeZone),
    (end.getTime() - start.getTime()) / hourMs,
  ]);
}

describe('the intervals of a period', () => {
  test('are the zone’s days, of 23 and 25 hours where the clock changes', () => {
    expect(cut('America/New_York', 'day', '2026-03-07', '2026-03-10')).toEqual([
      ['2026-03-07T00:00:00-05:00', 24],
      ['2026-03-08T00:00:00-05:00', 23],
      ['2026-03-09T00:00:00-04:00', 24],
    ]);
    expect(cut('America/New_York', 'day', '2026-11-01', '2026-11-02')).toEqual([['2026-11-01T00:00:00-04:00', 25]]);
    expect(cut('Asia/Kathmandu', 'day', '2026-01-01', '2026-01-02')).toEqual([['2026-01-01T00:00:00+05:45', 24]]);
  });

  test('begin when the day does, where it does not begin at midnight', () => {
    expect(cut('America/Sao_Paulo', 'day', '2018-11-03', '2018-11-05')).toEqual([
      ['2018-11-03T00:00:00-03:00', 24],
      ['2018-11-04T01:00:00-02:00', 23],
    ]);
  });

  test('lack the day that Samoa left out', () => {
    expect(cut('Pacific/Apia', 'day', '2011-12-29', '2012-01-01')).toEqual([
      ['2011-12-29T00:00:00-10:00', 24],
      ['2011-12-31T00:00:00+14:00', 24],
    ]);
    expect(cut('Pacific/Apia', 'day', '2011-12-30', '2012-01-01')).toEqual([['2011-12-31T00:00:00+14:00', 24]]);
    expect(() => toPeriod({ from: '2011-12-30', to: '2011-12-31', timeZone: 'Pacific/Apia' }, now)).toThrow(/before "to"/);
  });

  test('are whole hours of the zone, cut where the clock changes by half of one', () => {
    expect(cut('Australia/Lord_Howe', 'hour', new Date('2026-10-03T14:30Z'), new Date('2026-10-03T17:00Z'))).toEqual([
      ['2026-10-04T01:00:00+10:30', 1],
      ['2026-10-04T02:30:00+11:00', 0.5],
      ['2026-10-04T03:00:00+11:00', 1],
    ]);
    expect(cut('Australia/Lord_Howe', 'hour', new Date('2026-04-04T14:00Z'), new Date('2026-04-04T16:30Z'))).toEqual([
      ['2026-04-05T01:00:00+11:00', 1],
      ['2026-04-05T01:30:00+10:30', 0.5],
      ['2026-04-05T02:00:00+10:30', 1],
    ]);
    expect(cut('America/New_York', 'hour', '2026-03-08', '2026-03-09')).toHaveLength(23);
  });

  test('are weeks from Monday on; the first and the last may be parts of one', () => {
    expect(cut('Europe/Berlin', 'week', '2026-10-21', '2026-11-03')).toEqual([
      ['2026-10-21T00:00:00+02:00', 5 * 24 + 1],
      ['2026-10-26T00:00:00+01:00', 7 * 24],
      ['2026-11-02T00:00:00+01:00', 24],
    ]);
  });

  test('cover it without gap or overlap, at quarters of an hour, in every zone', () => {
    const begins = fc.date({ min: new Date('2000-01-02T00:00Z'), max: now, noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...zones), begins, fc.integer({ min: 1, max: 20 * 24 }), (timeZone, from, hours) => {
        const period = toPeriod({ from, to: new Date(from.getTime() + hours * hourMs), timeZone }, now);
        for (const interval of ['hour', 'day', 'week'] as const) {
          let last = period.start;
          for (const { start, end } of slicesOf(period, interval)) {
            expect([start, start < end, start.getTime() % (hourMs / 4)]).toEqual([last, true, 0]);
            last = end;
          }
          expect(last).toEqual(period.end);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are not more than the reader can bear', () => {
    const period = toPeriod({ from: '2026-01-01', to: '2026-01-03', timeZone: 'UTC' }, now);
    expect(slicesOf(period, 'hour', 48)).toHaveLength(48);
    expect(() => slicesOf(period, 'hour', 47)).toThrow('interval: expected at most 47 intervals.');
  });
});

describe('a period', () => {
  test('is the last 30 days up to the end of today when nothing is said', () => {
    expect(toPeriod({ timeZone: 'UTC' }, now)).toEqual({
      start: new Date('2026-11-01T00:00Z'),
      end: new Date('2026-12-01T00:00Z'),
      timeZone: 'UTC',
    });
    // There it is tomorrow already.
    expect(toPeriod({ timeZone: 'Pacific/Apia' }, now).end).toEqual(new Date('2026-12-01T11:00Z'));
    expect(toPeriod({ to: '2026-03-31', timeZone: 'UTC' }, now).start).toEqual(new Date('2026-03-01T00:00Z'));
  });

  test('is widened to quarters of an hour', () => {
    const [from, to] = [new Date('2026-01-01T10:07:31Z'), new Date('2026-01-01T10:15:00.001Z')];
    expect(toPeriod({ from, to, timeZone: 'UTC' }, now)).toMatchObject({
      start: new Date('2026-01-01T10:00Z'),
      end: new Date('2026-01-01T10:30Z'),
    });
  });

  test.each<[Bound, Bound, RegExp]>([
    ['2026-01-02', '2026-01-02', /from: expected a day or time before "to"/],
    ['2026-01-03', '2026-01-02', /from: expected a day or time before "to"/],
    ['1999-12-31', '2026-01-02', /from: expected a day from 2000-01-01 on/],
    ['2026-12-02', '2026-12-03', /from: expected a day or time that has begun/],
    ['2020-01-01', '2026-01-02', new RegExp(`at most ${maxDays} days`)],
  ])('from %s to %s is refused', (from, to, problem) => {
    expect(() => toPeriod({ from, to, timeZone: 'UTC' }, now)).toThrow(problem);
  });

  test.each([
    ['2026-01-01T10:07:00Z', '2026-01-01T10:02:00Z'],
    ['2026-01-01T10:07:00Z', '2026-01-01T10:07:00Z'],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00Z'],
  ])('from %s to %s is refused, though both are in one quarter of an hour', (from, to) => {
    expect(() => toPeriod({ from: new Date(from), to: new Date(to), timeZone: 'UTC' }, now)).toThrow(/before "to"/);
  });

  test.each<[Bound | undefined, Bound | undefined, RegExp]>([
    ['0001-01-01', '0001-01-02', /from: expected a day from 2000-01-01 on/],
    [undefined, '0000-01-01', /from: expected a day from 2000-01-01 on/],
    [undefined, '9999-12-31', /from: expected a day or time that has begun/],
    ['2026-01-01', '9999-12-31', new RegExp(`at most ${maxDays} days`)],
    [new Date('2026-01-01T00:00Z'), new Date('9999-12-31T23:59:59.999Z'), new RegExp(`at most ${maxDays} days`)],
  ])('from %s to %s is refused in words in every zone', (from, to, problem) => {
    for (const timeZone of zones) expect(() => toPeriod({ from, to, timeZone }, now)).toThrow(problem);
  });

  test.each(['Asia/Tokyo', 'Pacific/Apia', 'America/New_York'])(
    'may begin on the first day, and be the longest, by the days of %s',
    (timeZone) => {
      expect(localTime(toPeriod({ from: '2000-01-01', to: '2000-01-02', timeZone }, now).start, timeZone)).toMatch(/^2000-01-01T00:00:00/);
      expect(() => toPeriod({ from: '1999-12-31', to: '2000-01-02', timeZone }, now)).toThrow(/from: expected a day from 2000-01-01 on/);
      // In New York it has an hour more than so many times 24.
      expect(toPeriod({ from: '2023-10-30', to: '2026-11-03', timeZone }, now).end.getTime()).toBeLessThan(now.getTime());
      expect(() => toPeriod({ from: '2023-10-30', to: '2026-11-04', timeZone }, now)).toThrow(`at most ${maxDays} days`);
    },
  );

  test.each<[string, Bound, Bound, string]>([
    ['as many days of the zone', '2026-03-08', '2026-03-10', '2026-03-06T05:00:00.000Z'],
    ['as many days of the zone, whatever the clock did', '2026-11-02', '2026-11-04', '2026-10-31T04:00:00.000Z'],
    ['as long, when it is no whole days', new Date('2026-03-08T12:00Z'), new Date('2026-03-08T18:00Z'), '2026-03-08T06:00:00.000Z'],
  ])('has one before it: %s', (_, from, to, start) => {
    const period = toPeriod({ from, to, timeZone: 'America/New_York' }, now);
    const before = periodBefore(period);
    expect([before.start.toISOString(), before.end]).toEqual([start, period.start]);
  });

  test('has the day before the one that Samoa left out before it', () => {
    const period = toPeriod({ from: '2011-12-31', to: '2012-01-01', timeZone: 'Pacific/Apia' }, now);
    expect(localTime(periodBefore(period).start, 'Pacific/Apia')).toBe('2011-12-29T00:00:00-10:00');
  });
});
