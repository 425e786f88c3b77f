import { Temporal } from 'temporal-polyfill';

/** Ends of moods that are one tap away. */
export const endChips = ['halfHour', 'hour', 'fourHours', 'today', 'tomorrow'] as const;
export type EndChip = (typeof endChips)[number];

const minutes = { halfHour: 30, hour: 60, fourHours: 240 } as const;

/**
 * When a mood ends that is set now.
 * `today` is the last minute of the day, `tomorrow` the next day at 9:00, both by the clocks of the zone; lengths of time are as long as they
 * say, whatever clocks do meanwhile.
 * @param now milliseconds since 1970. @param zone IANA name.
 */
export function endOf(chip: EndChip, now: number, zone: string): Date {
  const start = Temporal.Instant.fromEpochMilliseconds(now);
  if (chip !== 'today' && chip !== 'tomorrow') return asDate(start.add({ minutes: minutes[chip] }));
  const nextDay = start.toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 });
  if (chip === 'tomorrow') return asDate(nextDay.toZonedDateTime({ timeZone: zone, plainTime: '09:00' }).toInstant());
  const midnight = nextDay.toZonedDateTime(zone).toInstant();
  const lastMinute = midnight.subtract({ minutes: 1 });
  // In the last minute of a day its end is midnight.
  return asDate(Temporal.Instant.compare(lastMinute, start) > 0 ? lastMinute : midnight);
}

const asDate = (instant: Temporal.Instant) => new Date(instant.epochMilliseconds);

/**
 * A day and a time as a date field of the browser writes them, `2026-11-30T23:59`, by the clocks of the zone. A time that a change of clocks skips
 * is as much later; of one that comes twice, the first counts.
 * @returns undefined when it is none.
 */
export function pickedEnd(local: string, zone: string): Date | undefined {
  try {
    return asDate(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant());
  } catch {
    return undefined;
  }
}

/** The moment as a date field of the browser wants it, to the minute. */
export function asPicked(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
}
