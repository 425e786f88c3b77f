/**
 * What no text of ours may hold: control characters (newline, tab and NUL too: every text is one line), marks that turn
 * the reading direction, byte order marks, line and paragraph separators, lone surrogates and noncharacters. Joiners and
 * variation selectors are part of emoji and stay. So are tags, as far as they make a flag: anywhere else they are letters that nobody sees. The
 * selectors of ideographs stand behind one.
 */
const forbidden =
  /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E001F}\p{Surrogate}\p{Noncharacter_Code_Point}]|(?<!\u{1F3F4}[\u{E0020}-\u{E007F}]{0,6})[\u{E0020}-\u{E007F}]|(?<!\p{Unified_Ideograph})[\u{E0100}-\u{E01EF}]/u;
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

/**
 * Characters that fonts draw as nothing, besides those that Unicode calls ignorable: the empty Braille cell, interlinear annotation marks,
 * the object replacement character, the musical null note head, and the blanks of Egyptian hieroglyphs.
 */
const drawnAsNothing = '\\u2800\\uFFF9-\\uFFFC\\u{1D159}\\u{13441}\\u{13442}';
const blankText = new RegExp(`^[\\s\\p{M}\\p{Default_Ignorable_Code_Point}${drawnAsNothing}]*$`, 'u');

/** @returns true when nothing in the text can be seen: only white space, joiners, fillers, and marks that have no letter to stand on. */
export function isBlank(text: string): boolean {
  return blankText.test(text);
}

const blankBeginning = new RegExp(`^[\\s\\p{M}\\p{Default_Ignorable_Code_Point}${drawnAsNothing}]+`, 'u');
/** What belongs to no character before it. Joiners, variation selectors and tags are parts of emoji. */
const blankEnding = new RegExp(`^[\\s\\u00AD\\u115F\\u1160\\u180E\\u200B\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0${drawnAsNothing}]$`, 'u');
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;

/** Without white space and other blanks at both ends. An emoji keeps what belongs to it. */
export function trimmed(text: string): string {
  return withoutBlankEnding(text.replace(blankBeginning, ''));
}

/** Goes from the end, once: an expression would try again from each blank of the text. */
function withoutBlankEnding(text: string): string {
  let end = text.length;
  let index = text.length;
  while (index > 0) {
    const character = lastCharacter(text, index);
    index -= character.length;
    if (blankEnding.test(character)) end = index;
    else if (!ignorable.test(character)) break;
  }
  return text.slice(0, end);
}

function lastCharacter(text: string, end: number): string {
  const pair = text.slice(Math.max(0, end - 2), end);
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair) ? pair : text.slice(end - 1, end);
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
