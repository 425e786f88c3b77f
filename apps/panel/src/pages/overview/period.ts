import * as z from 'zod/mini';
import { zoneOfReader } from '../../time/format.ts';

/** The API counts no longer periods (docs/analytics.md, "Periods and time zones"). */
const maxDays = 1_100;
const dayMs = 86_400_000;

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What the overview shows, in its address. Days are those of the zone; both are shown. */
export const overviewSearch = z.object({
  range: z.catch(z.enum(['7d', '30d', 'custom']), '30d'),
  from: z.catch(z.iso.date(), ''),
  /** The last day that is shown. */
  to: z.catch(z.iso.date(), ''),
  /** Empty: the reader's. */
  zone: z.catch(z.string().check(z.refine(isZone)), ''),
  changes: z.catch(z.enum(['changed_by', 'state']), 'changed_by'),
  templates: z.catch(z.enum(['type', 'mood', 'tier', 'locale', 'template']), 'type'),
  refusals: z.catch(z.enum(['content_refusals', 'limit_hits', 'auth_failures', 'forbidden']), 'content_refusals'),
  top: z.catch(z.enum(['changes', 'limit_hits', 'content_refusals', 'replies_sent']), 'changes'),
  metric: z.catch(z.string(), 'mood_duration'),
  group: z.catch(z.string(), ''),
});
export type OverviewSearch = z.output<typeof overviewSearch>;

export type Interval = 'hour' | 'day' | 'week';

/** A period as the API takes it: `to` is the day after the last. */
export interface Period {
  from: string;
  to: string;
  timeZone: string;
  interval: Interval;
}

/** The day that clocks of a zone show, as 2026-01-31. */
export function dayIn(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

const numberOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / dayMs;

/** A day of the calendar so many days later; no clock is asked. */
export const addDays = (day: string, days: number): string => new Date((numberOf(day) + days) * dayMs).toISOString().slice(0, 10);

const intervalOf = (days: number): Interval => (days <= 2 ? 'hour' : days <= 92 ? 'day' : 'week');

/** The period that an address asks for; a word for what is wrong with days that were chosen by hand. */
export function periodOf(
  search: Pick<OverviewSearch, 'range' | 'from' | 'to' | 'zone'>,
  now: Date,
): Period | 'incomplete' | 'backwards' | 'long' {
  const timeZone = search.zone === '' ? zoneOfReader() : search.zone;
  if (search.range !== 'custom') {
    const days = search.range === '7d' ? 7 : 30;
    const to = addDays(dayIn(timeZone, now), 1);
    return { from: addDays(to, -days), to, timeZone, interval: intervalOf(days) };
  }
  if (search.from === '' || search.to === '') return 'incomplete';
  const days = numberOf(search.to) - numberOf(search.from) + 1;
  if (days < 1) return 'backwards';
  if (days > maxDays) return 'long';
  return { from: search.from, to: addDays(search.to, 1), timeZone, interval: intervalOf(days) };
}
