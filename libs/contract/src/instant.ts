import { z } from 'zod';

/** Date and time with hyphens and colons; seconds may be missing, fractions follow a point or a comma; then the zone. */
const form = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d{2})(?::?(\d{2}))?)$/;
/** UTF-16 units. Room for a fraction of 30 digits. */
const maxLength = 64;

/** In UTC these have years of four digits, which is all that the form of our answers can write. */
const firstInstant = Date.parse('0000-01-01T00:00:00.000Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/** Undefined for a day that does not exist, such as 30 February. */
function startOfDay(date: string): number | undefined {
  const start = Date.parse(`${date}T00:00:00.000Z`);
  // Date.parse takes 30 February for 2 March.
  return Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date ? undefined : start;
}

function readInstant(text: string): Date | 'no form' | 'no time' {
  const match = text.length > maxLength ? null : form.exec(text);
  if (match === null) return 'no form';
  const [, date = '', hours, minutes, seconds = '0', fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] = match;
  const day = startOfDay(date);
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  // Further digits are cut off, not rounded: a time is never later than what was written.
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const isZone = Number(zoneHours) <= 23 && Number(zoneMinutes) <= 59;
  if (day === undefined || hour > 23 || minute > 59 || second > 60 || !isZone) return 'no time';

  const offset = (sign === '-' ? -1 : 1) * (Number(zoneHours) * hourMs + Number(zoneMinutes) * minuteMs);
  const wholeSecond = day + hour * hourMs + minute * minuteMs + second * 1_000 - offset;
  // Leap seconds end a day of UTC. Clocks of computers have none: it counts as the second after it.
  if (second === 60 && wholeSecond % dayMs !== 0) return 'no time';
  const time = wholeSecond + milliseconds;
  return time >= firstInstant && time <= lastInstant ? new Date(time) : 'no time';
}

const instantProblem = 'expected an ISO 8601 time with a zone, for example 2026-01-02T15:45:00Z';

/**
 * A point in time as others write it, to the millisecond: ISO 8601 with a zone (docs/integration.md, "Times", lists the forms), in the years 0000 to
 * 9999 of UTC. The one reading of times in requests, job data and imported files.
 * @param problem what is said of a text that has another form.
 */
export function instantSchemaWith(problem: string) {
  return z.string(problem).transform((text, context): Date => {
    const instant = readInstant(text);
    if (instant instanceof Date) return instant;
    const message = instant === 'no form' ? problem : 'expected a date and a time that exist, up to the year 9999 in UTC';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

export const instantSchema = instantSchemaWith(instantProblem);

/** The same where it goes on as text, such as in job data: in UTC, with milliseconds, which every reader understands. */
export const instantTextSchemaWith = (problem: string) => instantSchemaWith(problem).transform((instant) => instant.toISOString());

export const instantTextSchema = instantTextSchemaWith(instantProblem);
