/** UTF-16 units. No locale that is in use needs more. */
export const maxLocaleLength = 35;

/** @returns the tag as BCP 47 writes it (`fr-ca` becomes `fr-CA`); null when it is none. */
export function canonicalLocale(tag: string): string | null {
  if (tag.length > maxLocaleLength) return null;
  try {
    // An old name can stand for a longer one: `islamicc` for `islamic-civil`.
    return Intl.getCanonicalLocales(tag).find((canonical) => canonical.length <= maxLocaleLength) ?? null;
  } catch {
    return null;
  }
}

/**
 * The locales whose templates a user of this locale can be given, best first, null (no locale) last: `zh-Hant-TW`,
 * `zh-Hant`, `zh`, null (RFC 4647, "Lookup").
 */
export function localeChain(locale: string | null): (string | null)[] {
  const chain: (string | null)[] = [];
  let subtags = locale === null ? [] : locale.split('-');
  while (subtags.length > 0) {
    chain.push(subtags.join('-'));
    subtags = subtags.slice(0, -1);
    // A single letter begins an extension: alone it says nothing.
    if (subtags.at(-1)?.length === 1) subtags = subtags.slice(0, -1);
  }
  return [...chain, null];
}
