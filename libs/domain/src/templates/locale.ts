import { regionalParents } from './locale-parents.ts';

/** Longest tag, in UTF-16 units; no locale in use is longer. */
export const maxLocaleLength = 35;

/** Language, script and region. Java and POSIX write the rest in other ways. */
const withUnderscores = /^[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?$/;

/**
 * @param tag BCP 47, or with `_` in place of `-`, as Java and POSIX write it.
 * @returns the tag as BCP 47 writes it (`fr-ca` and `fr_CA` become `fr-CA`); null when it is none.
 */
export function canonicalLocale(tag: string): string | null {
  if (tag.length > maxLocaleLength || (tag.includes('_') && !withUnderscores.test(tag))) return null;
  try {
    // A deprecated name can stand for a longer one: `islamicc` for `islamic-civil`.
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-')).find((canonical) => canonical.length <= maxLocaleLength) ?? null;
  } catch {
    return null;
  }
}

/** Written Norwegian has two forms; `no` stands for either. */
const readAlso: Readonly<Record<string, readonly string[]>> = { nn: ['no', 'nb'], nb: ['no'], no: ['nb'] };

const maxRememberedChains = 500;
const rememberedChains = new Map<string, readonly (string | null)[]>();

/**
 * The locales whose templates a user of this locale can be given, best first, null (no locale) last: for `zh-TW` they are `zh-TW`,
 * `zh-Hant-TW`, `zh-Hant`, `zh`, null. Subtags go one by one (RFC 4647, "Lookup"); the script that a region implies is filled in (CLDR,
 * "Likely Subtags"), and the larger area of a region comes before its language (CLDR, "Parent Locales").
 * @param locale canonical.
 */
export function localeChain(locale: string | null): readonly (string | null)[] {
  if (locale === null) return [null];
  const remembered = rememberedChains.get(locale);
  if (remembered !== undefined) return remembered;
  const chain = [...new Set([...chainOf(locale), null])];
  // Callers choose the locales, so the cache is bounded.
  if (rememberedChains.size >= maxRememberedChains) rememberedChains.clear();
  rememberedChains.set(locale, chain);
  return chain;
}

function chainOf(locale: string): string[] {
  const language = locale.split('-', 1)[0] ?? locale;
  const own = shorterAndShorter(locale).flatMap((tag) => [tag, ...near(tag, tag === locale)]);
  const others = Object.hasOwn(readAlso, language) ? (readAlso[language] ?? []) : [];
  return [...own, ...others.flatMap((other) => shorterAndShorter(other + locale.slice(language.length)))];
}

function shorterAndShorter(locale: string): string[] {
  const tags: string[] = [];
  let subtags = locale.split('-');
  while (subtags.length > 0) {
    tags.push(subtags.join('-'));
    subtags = subtags.slice(0, -1);
    // A single letter begins an extension and means nothing alone, so it is dropped, too.
    if (subtags.at(-1)?.length === 1) subtags = subtags.slice(0, -1);
  }
  return tags;
}

/** Languages of the Latin script that are written in another one, too. All others have their script spelled out. */
const latinAndOthers = new Set(['az', 'bs', 'ff', 'ha', 'kk', 'ku', 'ms', 'shi', 'sr', 'su', 'tg', 'tk', 'uz', 'vai']);
const plainTag = /^(?<language>[a-z]{2,3})(?:-(?<script>[A-Z][a-z]{3}))?(?:-(?<region>[A-Z]{2}|\d{3}))?$/;

/**
 * What comes after a tag and before the shorter one: the same locale with or without its script, then the areas around its region.
 * @param isWhole whether nothing was taken off it.
 */
function near(tag: string, isWhole: boolean): string[] {
  const { language, script, region } = plainTag.exec(tag)?.groups ?? {};
  if (language === undefined) return [];
  if (region === undefined) return script === undefined && isWhole ? spelledOut(language, undefined) : [];
  const parents = regionalParents(language, script ?? likelyScript(language, region), region);
  if (script === undefined) {
    const [withRegion = [], withoutRegion = []] = spelledOut(language, region).map((written) => [written]);
    return [...withRegion, ...parents, ...withoutRegion];
  }
  return likelyScript(language, region) === script ? [`${language}-${region}`, ...parents] : parents;
}

function spelledOut(language: string, region: string | undefined): string[] {
  const script = likelyScript(language, region);
  if (script === undefined) return [];
  const isUsual = script === 'Latn' && likelyScript(language) === 'Latn' && !latinAndOthers.has(language);
  if (isUsual) return [];
  return region === undefined ? [`${language}-${script}`] : [`${language}-${script}-${region}`, `${language}-${script}`];
}

function likelyScript(language: string, region?: string): string | undefined {
  return new Intl.Locale(region === undefined ? language : `${language}-${region}`).maximize().script;
}
