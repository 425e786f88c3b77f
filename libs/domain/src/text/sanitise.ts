import { hasForbiddenCharacters, normalised, trimmed } from './characters.ts';
import { toCleanPlainText, toPlainText } from './plain-text.ts';

/** Something that was taken out of a text, in the order of the text. */
export interface RemovedPiece {
  /** `markup`: a tag, a comment, a script; `hidden_character`: control and direction characters; `blank`: white space at the ends. */
  what: 'markup' | 'hidden_character' | 'blank';
  /** What it was, with entities decoded. */
  text: string;
}

export interface SanitisedText {
  text: string;
  removed: RemovedPiece[];
}

/** Makes a text plain, without blanks at its ends, and says what that took out. */
export function sanitise(typed: string): SanitisedText {
  const text = trimmed(toCleanPlainText(typed));
  const before = decoded(typed);
  return { text, removed: removedPieces(before, text, true) ?? removedPieces(before, text, false) ?? [{ what: 'markup', text: before }] };
}

/** As often as `toPlainText` undoes an encoding. */
const maxRounds = 10;

function decoded(typed: string): string {
  let text = normalised(typed);
  for (let round = 0; round < maxRounds && text.includes('&'); round++) {
    const next = normalised(text.replace(/&(?:#\d{1,7}|#[xX][\dA-Fa-f]{1,6}|[A-Za-z]{2,8});?/g, (entity) => toPlainText(entity)));
    if (next === text) break;
    text = next;
  }
  return text;
}

/**
 * Walks along both texts: what stands in the first alone was removed.
 * @param byTags whole tags at a time, as they are read; false: character by character.
 * @returns null when the second text does not come out of the first in this way.
 */
function removedPieces(before: string, text: string, byTags: boolean): RemovedPiece[] | null {
  const removed: RemovedPiece[] = [];
  /** Of one kind, without anything between that stays. */
  let run: RemovedPiece | undefined;
  let kept = 0;
  let index = 0;
  while (index < before.length) {
    const end = byTags ? endOfMarkup(before, index) : -1;
    if (end !== -1) {
      removed.push({ what: 'markup', text: before.slice(index, end) });
      run = undefined;
      index = end;
      continue;
    }
    const character = String.fromCodePoint(before.codePointAt(index) ?? 0);
    const isOuterBlank = kept === 0 || kept === text.length;
    index += character.length;
    if (text.startsWith(character, kept)) {
      kept += character.length;
      run = undefined;
      continue;
    }
    const what = whatItIs(character, isOuterBlank);
    if (run !== undefined && run.what === what) {
      run.text += character;
    } else {
      run = { what, text: character };
      removed.push(run);
    }
  }
  return kept === text.length ? removed : null;
}

function whatItIs(character: string, isOuter: boolean): RemovedPiece['what'] {
  if (hasForbiddenCharacters(character)) return 'hidden_character';
  return isOuter && trimmed(character) === '' ? 'blank' : 'markup';
}

/** Elements whose contents go with them. */
const withContents = /^<(script|style|textarea|option|noscript|xmp|noembed|noframes)\b/i;

/** @returns where a tag, comment or declaration that begins here ends; -1 when none begins. */
function endOfMarkup(text: string, index: number): number {
  if (text.charAt(index) !== '<' || !/^<[A-Za-z/!?]/.test(text.slice(index, index + 2))) return -1;
  const rest = text.slice(index);
  const name = withContents.exec(rest)?.[1];
  const closing = name === undefined ? (rest.startsWith('<!--') ? /-->/ : />/) : new RegExp(`</${name}[^>]*>`, 'i');
  const close = closing.exec(rest);
  return close === null ? text.length : index + close.index + close[0].length;
}
