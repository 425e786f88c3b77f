import { overview as words } from '../../words/en/overview.ts';
import type { Period } from './period.ts';

type Form = Pick<Period, 'interval' | 'timeZone'>;

/** The short name of an interval, under the axis. */
export const tickOf = ({ interval, timeZone }: Form) => {
  const form = new Intl.DateTimeFormat(
    'en-GB',
    interval === 'hour' ? { hour: '2-digit', minute: '2-digit', timeZone } : { day: 'numeric', month: 'short', timeZone },
  );
  return (start: string) => form.format(new Date(start));
};

/** The whole name of an interval, with its day of the week. */
export const pointOf = ({ interval, timeZone }: Form) => {
  const form = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(interval === 'hour' && { hour: '2-digit', minute: '2-digit' }),
    timeZone,
  });
  return (start: string) => form.format(new Date(start));
};

/** The value of a group in words; what has none is said to be without. */
export const groupName = (key: string): string => (key === '' ? words.none : (words.values[key] ?? key.replaceAll('_', ' ')));
