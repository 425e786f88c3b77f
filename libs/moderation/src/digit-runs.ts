import { repetitions, spokenDigits, spokenNumber } from './number-words.ts';

/** Digits that stand together, however they are written. */
export interface DigitGroup {
  digits: string;
  /** Written as digits and nothing else; not as words, nor with an O for a zero. */
  plain: boolean;
  /** UTF-16 indexes in the folded text; `end` not included. */
  start: number;
  end: number;
  /** The value, of a group that is a number word from ten on: `twenty` waits for its `five`. */
  spoken?: number;
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
    const end = match.index + word.length;
    const number = spokenNumber(word, run !== null);
    if (number !== null && repeat === 1) {
      run ??= { groups: [], before: words, after: null };
      const last = connected ? undefined : run.groups.at(-1);
      if (last === undefined || !addNumber(last, number, { word, end, before: text.slice(last.start, last.end) })) {
        run.groups.push({ digits: String(number), plain: false, start: match.index, end, spoken: number });
      }
      connected = false;
      continue;
    }
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
    const tens = run.groups.at(-1);
    const isUnit = repeat === 1 && !/^\d/.test(word) && /^[1-9]$/.test(digits);
    if (isUnit && tens?.spoken !== undefined && addUnit(tens, Number(digits), { end, before: text.slice(tens.start, tens.end) })) {
      connected = false;
      continue;
    }
    run.groups.push({ digits: digits.repeat(repeat), plain: /^\d+$/.test(word), start: match.index, end });
    connected = false;
    repeat = 1;
  }
  if (run !== null) yield run;
}

/** `nine` `hundred`, `quatre` `vingt`, `soixante` `douze`. @returns false when the number stands by itself. */
function addNumber(group: DigitGroup, number: number, { word, end, before }: { word: string; end: number; before: string }): boolean {
  if (number === 100) {
    // Of `555 hundred` nothing is multiplied.
    if (group.digits.length > 2) return false;
    group.digits += '00';
    delete group.spoken;
  } else if (group.spoken !== undefined && group.spoken >= 200 && group.spoken % 100 === 0 && number < 100) {
    group.spoken += number;
    group.digits = String(group.spoken);
  } else if (/^vingts?$/.test(word) && !group.plain && group.digits === '4') {
    group.digits = '80';
    group.spoken = 80;
  } else if (number < 20 && (group.spoken === 60 || group.spoken === 80) && /(?:soixante|vingts?)$/.test(before)) {
    group.digits = String(group.spoken + number);
    group.spoken += number;
  } else return false;
  group.end = end;
  return true;
}

/** `twenty` `five`, `soixante-dix` `huit`; of a countdown `ten` `nine` stays two numbers. @returns false when the unit begins another number. */
function addUnit(group: DigitGroup, unit: number, { end, before }: { end: number; before: string }): boolean {
  const { spoken } = group;
  if (spoken === undefined || spoken % 10 !== 0 || (spoken === 10 && !before.endsWith('dix'))) return false;
  group.digits = String(spoken + unit);
  group.end = end;
  delete group.spoken;
  return true;
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
    const digit = /\d/.test(letter) ? letter : (lookalikes[letter] ?? cautious(word, index, original(at + index), inRun));
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

function cautious(word: string, index: number, typed: string, inRun: boolean): string | undefined {
  const letter = word.charAt(index);
  const digit = cautiousLookalikes[letter];
  if (digit === undefined) return undefined;
  if (typed !== letter && ('sbzgq'.includes(letter) || (inRun && word.length <= 3))) return digit;
  const isDigit = (at: number) => /^[\doil]$/.test(word.charAt(at));
  return isDigit(index - 1) && isDigit(index + 1) ? digit : undefined;
}
