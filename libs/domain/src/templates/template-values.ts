import { DomainError } from '../errors.ts';
import type { MoodState } from '../moods/mood.ts';
import { firstCodePoints, isBlank, trimmed } from '../text/characters.ts';
import { toCleanPlainText } from '../text/plain-text.ts';
import { maxValueLength } from './given-values.ts';
import type { TemplateValues } from './render-template.ts';
import { templateVariables } from './template.ts';
import type { UserTier } from './template.ts';

export interface SystemFacts {
  moodState: MoodState;
  tier: UserTier | null;
  modelName: string | null;
  customMessage: string | null;
  now: Date;
  /** IANA name; UTC when not given. */
  timeZone?: string | undefined;
  /** BCP 47 tag; en-US when not given. */
  locale?: string | undefined;
}

/**
 * The system's own values (contract: Appendix B), without those that it does not know. Times look like `3:45 PM`, dates like `Jan 2, 2026`
 * in en-US.
 * @throws DomainError INVALID_REQUEST for an unknown time zone or locale.
 */
export function systemValues(facts: SystemFacts): TemplateValues {
  const { time, date } = formatters(facts.locale ?? 'en-US', facts.timeZone ?? 'UTC');
  return {
    mood: facts.moodState,
    currency: '$',
    time: withPlainSpaces(time.format(facts.now)),
    date: withPlainSpaces(date.format(facts.now)),
    ...(facts.tier !== null && { tier: facts.tier }),
    ...inertValues({ modelName: facts.modelName ?? '', customMessage: facts.customMessage ?? '' }),
  };
}

/**
 * Turns a value of any origin (a caller, a directory, a mood) into plain text: no tags, control or direction characters, or blanks at the
 * ends; at most 1,000 code points.
 * @returns '' when nothing visible is left.
 */
export function inertValue(value: string): string {
  const text = trimmed(firstCodePoints(trimmed(toCleanPlainText(value)), maxValueLength));
  return isBlank(text) ? '' : text;
}

/** Makes every value inert. Values without visible characters count as missing. */
export function inertValues(values: TemplateValues): TemplateValues {
  const inert: TemplateValues = {};
  for (const name of templateVariables) {
    const value = Object.hasOwn(values, name) ? inertValue(values[name] ?? '') : '';
    if (value !== '') inert[name] = value;
  }
  return inert;
}

interface Formatters {
  time: Intl.DateTimeFormat;
  date: Intl.DateTimeFormat;
}

/** Creating a formatter takes a hundred times as long as using it. Callers choose the keys, so the cache is bounded. */
const maxCachedFormatters = 200;
const cachedFormatters = new Map<string, Formatters>();

function formatters(locale: string, timeZone: string): Formatters {
  const key = `${locale} ${timeZone}`;
  const cached = cachedFormatters.get(key);
  if (cached !== undefined) return cached;
  const built = buildFormatters(locale, timeZone);
  if (cachedFormatters.size >= maxCachedFormatters) cachedFormatters.clear();
  cachedFormatters.set(key, built);
  return built;
}

function buildFormatters(locale: string, timeZone: string): Formatters {
  try {
    return {
      time: new Intl.DateTimeFormat(locale, { timeZone, hour: 'numeric', minute: '2-digit' }),
      date: new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'short', day: 'numeric' }),
    };
  } catch (error) {
    throw new DomainError(
      'INVALID_REQUEST',
      'The timeZone or the locale is unknown. Give an IANA time zone such as "Europe/Paris" and a locale such as "en-US".',
      { cause: error },
    );
  }
}

/** Some ICU versions put a narrow no-break space before PM, and direction marks around right-to-left dates. */
function withPlainSpaces(text: string): string {
  return toCleanPlainText(text.replace(/[\u00A0\u202F]/g, ' '));
}
