import { repetitions, spokenDigits } from './number-words.ts';

/** Digits that stand together, however they are written. */
export interface DigitGroup {
  digits: string;
  /** Written as digits and nothing else; not as words, nor with an O for a zero. */
  plain: boolean;
  /** UTF-16 indexes in the folded text; `end` not included. */
  start: number;
  end: number;
}

/** Groups with nothing between them but signs, white space, emoji and words such as "and". */
export interface DigitRun {
  groups: DigitGroup[];
  /** The word before, and the word after; null where there is none. */
  before: string[];
  after: string | null;
}

/** Stand between the parts of a number that is read out. */
const connectors = new Set(
  'and und y et e i и then dann dash minus hyphen strich guion tiret space plus next dot punkt punto point ponto comma x'.split(' '),
);

const cluster = /[\p{L}\p{N}]+/gu;
const wordsBefore = 4;

/** @param source the text as it was typed: there a capital B or S can be told from a small one. @param at where a unit of the text comes from. */
export function* digitRuns(text: string, original: (index: number) => string): Generator<DigitRun> {
  let run: DigitRun | null = null;
  let words: string[] = [];
  let connected = false;
  let repeat = 1;
  for (const match of text.matchAll(cluster)) {
    const word = match[0];
    const digits = digitsOf(word, match.index, original, run !== null);
    if (digits === null) {
      repeat = repetitions.get(word) ?? 1;
      if (run !== null && !connected && (repeat > 1 || connectors.has(word))) {
        connected = repeat === 1;
        continue;
      }
      if (run !== null) yield { ...run, after: connected ? null : word };
      run = null;
      connected = false;
      words = [...words.slice(1 - wordsBefore), word];
      continue;
    }
    run ??= { groups: [], before: words, after: null };
    run.groups.push({ digits: digits.repeat(repeat), plain: /^\d+$/.test(word), start: match.index, end: match.index + word.length });
    connected = false;
    repeat = 1;
  }
  if (run !== null) yield run;
}

/** What is read as a digit where digits are expected. The capital ones and those between digits only. */
const lookalikes: Readonly<Record<string, string>> = { o: '0', i: '1', l: '1' };
const cautiousLookalikes: Readonly<Record<string, string>> = { s: '5', b: '8', z: '2', g: '9', q: '9', t: '7', e: '3', a: '4' };
const longestCluster = 60;

function digitsOf(word: string, at: number, original: (index: number) => string, inRun: boolean): string | null {
  if (/^\d+$/.test(word)) return word;
  const spoken = spokenDigits(word);
  if (spoken !== null) return spoken;
  if (word.length > longestCluster) return null;
  const hasDigits = /\d/.test(word);
  // A lone `I` or `OO` counts among digits; a word such as `oil` does not.
  if (!hasDigits && !(/^(?:o{1,4}|[il])$/.test(word) && (inRun || word.length === 1))) return spelledLikeDigits(word, at, original, inRun);
  if (!hasDigits && !inRun && word !== 'l' && word !== 'o') return null;
  let digits = '';
  for (let index = 0; index < word.length; index++) {
    const letter = word.charAt(index);
    const digit = /\d/.test(letter) ? letter : (lookalikes[letter] ?? cautious(word, index, original(at + index)));
    if (digit === undefined) return null;
    digits += digit;
  }
  return digits;
}

/** `OI23` has digits; `B67`, too. `SOS` has none, and counts only inside a run, in capitals. */
function spelledLikeDigits(word: string, at: number, original: (index: number) => string, inRun: boolean): string | null {
  if (!inRun || word.length > 4 || !/^[oilsbzgq]+$/.test(word)) return null;
  let digits = '';
  for (let index = 0; index < word.length; index++) {
    const letter = word.charAt(index);
    if (original(at + index) !== letter.toUpperCase()) return null;
    digits += lookalikes[letter] ?? cautiousLookalikes[letter] ?? '';
  }
  return digits;
}

function cautious(word: string, index: number, typed: string): string | undefined {
  const letter = word.charAt(index);
  const digit = cautiousLookalikes[letter];
  if (digit === undefined) return undefined;
  if (typed !== letter && 'sbzgq'.includes(letter)) return digit;
  const isDigit = (at: number) => /^[\doil]$/.test(word.charAt(at));
  return isDigit(index - 1) && isDigit(index + 1) ? digit : undefined;
}
