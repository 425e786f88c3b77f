/**
 * What no text of ours may hold: control characters (newline, tab and NUL too: every text is one line), marks that turn
 * the reading direction, byte order marks, line and paragraph separators, lone surrogates and noncharacters. Joiners and
 * variation selectors are part of emoji and stay.
 */
const forbidden = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF\p{Surrogate}\p{Noncharacter_Code_Point}]/u;
const everyForbidden = new RegExp(forbidden, 'gu');

export function hasForbiddenCharacters(text: string): boolean {
  return forbidden.test(text);
}

/** @returns the UTF-16 index of the first; -1 when there is none. */
export function indexOfForbiddenCharacter(text: string): number {
  return text.search(forbidden);
}

export function withoutForbiddenCharacters(text: string): string {
  return text.replace(everyForbidden, '');
}

/** How many Unicode code points the text has. An emoji can be several. */
export function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** @returns the text, or as many code points of its beginning. Never half a surrogate pair. */
export function firstCodePoints(text: string, count: number): string {
  return Array.from(text.slice(0, count * 2))
    .slice(0, count)
    .join('');
}

/** @returns true when nothing in the text can be seen: only white space, joiners and other invisible characters. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(text);
}

/**
 * NFC in linear time. A base character keeps at most 30 combining marks (Unicode Standard Annex 15, "Stream-Safe Text
 * Format"): sorting 1 MB of marks on one letter takes minutes, and no language needs more.
 */
export function normalised(text: string): string {
  return cutMarks(cutMarks(text).normalize('NFC'));
}

function cutMarks(text: string): string {
  return text.replace(/(\p{M}{30})\p{M}+/gu, '$1');
}
