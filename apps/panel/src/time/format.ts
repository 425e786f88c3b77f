/** The zone of the reader's browser (IANA). */
export const zoneOfReader = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const forms = {
  moment: { dateStyle: 'medium', timeStyle: 'short' },
  day: { dateStyle: 'medium' },
  time: { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  zone: { timeZoneName: 'short', hour: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Made once: making one takes longer than a row of a table does. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(form: keyof typeof forms, timeZone: string): Intl.DateTimeFormat {
  const key = `${form} ${timeZone}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...forms[form], timeZone });
  formatters.set(key, known);
  return known;
}

/**
 * A moment in words, with the name of the zone where it has a time of day: `30 Nov 2026, 23:41 GMT+1`.
 * @param timeZone of the IANA database; the reader's when it is left out.
 */
export function inWords(at: string | Date, form: Exclude<keyof typeof forms, 'zone'> = 'moment', timeZone = zoneOfReader()): string {
  const date = new Date(at);
  const text = formatter(form, timeZone).format(date);
  if (form !== 'moment') return text;
  const zone = formatter('zone', timeZone)
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${text} ${zone ?? ''}`.trim();
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A length of time in its two largest units: `3 h 12 min`. Negative ones count as none. */
export function lengthInWords(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1_000)) * 1_000;
  const parts: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    if (count === 0 && (parts.length > 0 || unit !== 'second')) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(new Intl.NumberFormat('en-GB', { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    rest -= count * length;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
