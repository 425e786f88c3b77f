import sanitizeHtml from 'sanitize-html';
import { normalised, withoutForbiddenCharacters } from './characters.ts';

/** Each round undoes one level of encoding. Nobody types more levels than this; whoever does loses the `&` and `<`. */
const maxRounds = 10;

/**
 * UTF-16 units. The HTML parser keeps a stack of open tags and searches it at every closing tag: 1 MB of hostile tags
 * takes it 4 s, this much 40 ms. Longer texts are not parsed; they lose every `<` and `&` that could begin something.
 */
const maxParsedLength = 100_000;

/**
 * Turns typed text into plain text in which no tag can form, whether it is read as text or as HTML (contract:
 * Appendix D, "XSS Prevention"). Tags and the contents of scripts and styles are dropped, entities are decoded, however
 * often they were encoded. What forms no tag stays as typed: `I <3 you & me`. Doing it twice changes nothing more.
 * @returns NFC text, never longer than the NFC of what was typed.
 */
export function toPlainText(typed: string): string {
  return strip(typed, normalised);
}

/**
 * Like `toPlainText`, and without forbidden characters, also those that were written as entities. For values that are
 * better cleaned than refused.
 */
export function toCleanPlainText(typed: string): string {
  return strip(typed, (text) => normalised(withoutForbiddenCharacters(text)));
}

function strip(typed: string, normalise: (text: string) => string): string {
  let text = normalise(typed);
  if (text.length > maxParsedLength) return dropMarkupCharacters(text);
  for (let round = 0; round < maxRounds; round++) {
    const next = normalise(decodeEscapes(dropTags(keepWordsAfterBrokenTags(text))));
    if (next === text) return canFormTag(text) ? dropMarkupCharacters(text) : text;
    text = next;
  }
  return dropMarkupCharacters(text);
}

function dropTags(text: string): string {
  if (!text.includes('<') && !text.includes('&')) return text;
  return sanitizeHtml(text, { allowedTags: [], allowedAttributes: {} });
}

/** sanitize-html decodes every entity of its input and encodes these three in its output. */
const escapes: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

function decodeEscapes(html: string): string {
  return html.replace(/&(?:amp|lt|gt);/g, (escape) => escapes[escape] ?? escape);
}

/** HTML reads `</3`, `<!!` and `<?!` as comments up to the next `>`: without their `<` the words after them stay. */
function keepWordsAfterBrokenTags(text: string): string {
  return text.replace(/<(?=\/(?![A-Za-z])|!(?![A-Za-z[-])|\?(?![A-Za-z]))/g, '');
}

/** HTML begins a tag, an end tag, a comment or a declaration only here (HTML: "tag open state"). */
function canFormTag(text: string): boolean {
  return /<[A-Za-z/!?]/.test(text);
}

/** Whole runs, from where they begin, because dropping one `<` or `&` would put its neighbour before the letter. */
function dropMarkupCharacters(text: string): string {
  return text.replace(/(?<![<&])[<&]+([A-Za-z/!?#])/g, '$1');
}
