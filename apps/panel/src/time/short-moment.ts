import { inWords } from './format.ts';

/** A moment that is near: its time of day alone when that is today, else with its day. @param now milliseconds since 1970. */
export function shortMoment(at: string | Date, now: number): string {
  const date = new Date(at);
  return inWords(date, date.toDateString() === new Date(now).toDateString() ? 'time' : 'moment');
}
