import { inWords, zoneOfReader } from '../time/format.ts';

/** A moment in the zone of the reader, which is named; the exact time is its title. */
export function Instant({ at, form = 'moment' }: { at: string; form?: 'moment' | 'day' | 'time' }) {
  return (
    <time dateTime={at} title={`${at} (${zoneOfReader()})`}>
      {inWords(at, form)}
    </time>
  );
}
