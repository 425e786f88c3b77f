import { Temporal } from 'temporal-polyfill';
import { DomainError } from '../errors.ts';
import type { Interval } from './metrics.ts';
import type { Slice } from './ports.ts';

/** The first day that periods may begin at: since then every zone is whole quarters of an hour from UTC, as the buckets are. */
export const firstDay = '2000-01-01';
/** Longest period, in days. */
export const maxDays = 1_100;
/** Days of a period whose beginning is not given. */
export const defaultDays = 30;

/** Length of the buckets, in milliseconds. */
export const quarterMs = 15 * 60_000;

/** A day of the zone (such as 2026-01-02), or an instant. */
export type Bound = string | Date;

/** A part of time in a zone. `start` and `end` are at quarters of an hour. */
export interface Period extends Slice {
  timeZone: string;
}

/** When a day of the zone begins. A day that the zone left out (Samoa, 30 December 2011) begins when the day after it does. */
function startOfDay(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).epochMilliseconds;
}

function toInstant(bound: Bound, timeZone: string, round: 'down' | 'up'): number {
  if (typeof bound === 'string') return startOfDay(Temporal.PlainDate.from(bound), timeZone);
  return (round === 'down' ? Math.floor : Math.ceil)(bound.getTime() / quarterMs) * quarterMs;
}

const zoned = (time: number, timeZone: string) => Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);

/**
 * The period that is meant. Without `to` it ends with today, without `from` it has 30 days. Instants are widened to quarters of an hour.
 * @param bounds from: included; to: not included; both days of the zone or instants.
 * @throws DomainError INVALID_REQUEST when it is empty, too long, too early, or in the future.
 */
export function toPeriod(
  { from, to, timeZone }: { from?: Bound | undefined; to?: Bound | undefined; timeZone: string },
  now: Date,
): Period {
  const today = zoned(now.getTime(), timeZone).toPlainDate();
  const end = to === undefined ? startOfDay(today.add({ days: 1 }), timeZone) : toInstant(to, timeZone, 'up');
  const start =
    from === undefined
      ? startOfDay(zoned(end, timeZone).toPlainDate().subtract({ days: defaultDays }), timeZone)
      : toInstant(from, timeZone, 'down');
  if (start < startOfDay(Temporal.PlainDate.from(firstDay), timeZone))
    throw new DomainError('INVALID_REQUEST', `from: expected a day from ${firstDay} on.`);
  // Widened, a time that ends before it begins would be a quarter of an hour.
  const isTurned = from instanceof Date && to instanceof Date && from >= to;
  if (isTurned || start >= end)
    throw new DomainError('INVALID_REQUEST', 'from: expected a day or time before "to", which is not included.');
  if (start > now.getTime()) throw new DomainError('INVALID_REQUEST', 'from: expected a day or time that has begun.');
  if (zoned(start, timeZone).add({ days: maxDays }).epochMilliseconds < end)
    throw new DomainError('INVALID_REQUEST', `to: expected at most ${maxDays} days after "from". Ask for several periods.`);
  return { start: new Date(start), end: new Date(end), timeZone };
}

/** The period of the same length before: of as many days of the zone when this one is whole days, else of as many milliseconds. */
export function periodBefore({ start, end, timeZone }: Period): Period {
  const [first, last] = [zoned(start.getTime(), timeZone), zoned(end.getTime(), timeZone)];
  const isWholeDays = [first, last].every((time) => time.equals(time.startOfDay()));
  if (!isWholeDays) return { start: new Date(2 * start.getTime() - end.getTime()), end: start, timeZone };
  const { days } = first.toPlainDate().until(last.toPlainDate(), { largestUnit: 'days' });
  const before = startOfDay(first.toPlainDate().subtract({ days }), timeZone);
  // A day that the zone left out is none: the one before it stands for it.
  const from = before < start.getTime() ? before : startOfDay(first.toPlainDate().subtract({ days: days + 1 }), timeZone);
  return { start: new Date(from), end: start, timeZone };
}

/** The end of the interval that holds an instant: the zone's next whole hour, next day or next Monday. */
function nextCut(time: number, interval: Interval, timeZone: string): number {
  const local = zoned(time, timeZone);
  switch (interval) {
    case 'hour': {
      // An hour with a change of the clock by half an hour in it is cut there.
      const elapsed = local.minute * 60_000 + local.second * 1_000 + local.millisecond;
      return time + 60 * 60_000 - elapsed;
    }
    case 'day':
    case 'week': {
      const today = local.toPlainDate();
      const days = interval === 'day' ? 1 : 8 - today.dayOfWeek;
      const cut = startOfDay(today.add({ days }), timeZone);
      // A clock that is put back over midnight comes to the same day twice.
      return cut > time ? cut : startOfDay(today.add({ days: days + 1 }), timeZone);
    }
  }
}

/**
 * Every interval of a period, cut at the zone's own hours, days (of 23 to 25 hours) or weeks. The first and the last may be parts of one.
 * @throws DomainError INVALID_REQUEST when there are more than `max`.
 */
export function slicesOf({ start, end, timeZone }: Period, interval: Interval, max = Infinity): Slice[] {
  const slices: Slice[] = [];
  for (let from = start.getTime(); from < end.getTime();) {
    if (slices.length === max) {
      throw new DomainError(
        'INVALID_REQUEST',
        `interval: expected at most ${max} intervals. Ask for a shorter period or a longer interval.`,
      );
    }
    const to = Math.min(nextCut(from, interval, timeZone), end.getTime());
    slices.push({ start: new Date(from), end: new Date(to) });
    from = to;
  }
  return slices;
}

/** An instant in the words of a zone's clock, with its distance from UTC: `2026-03-08T00:00:00-05:00`. */
export const localTime = (time: Date, timeZone: string): string =>
  zoned(time.getTime(), timeZone).toString({ timeZoneName: 'never', smallestUnit: 'second' });
