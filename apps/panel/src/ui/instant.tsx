import { inWords, zoneOfReader } from '../time/format.ts';

/** A moment in the zone of the reader, or another one, which is named; the exact time is its title. */
export function Instant({
  at,
  form = 'moment',
  timeZone = zoneOfReader(),
}: {
  at: string;
  form?: 'moment' | 'day' | 'time';
  timeZone?: string;
}) {
  return (
    <time dateTime={at} title={`${at} (${timeZone})`}>
      {inWords(at, form, timeZone)}
    </time>
  );
}
