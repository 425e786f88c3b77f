import { latinLookalike, plainPunctuation } from './confusables.ts';
import { MappedTextBuilder } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';

/** One level of encoding each; nobody reads a text that was encoded more often. */
const entityRounds = 3;
const entity = /&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|(amp|commat|period|colon|sol|lowbar|nbsp|shy|zwnj|zwj|lpar|rpar|num));?/g;
const namedEntities: Readonly<Record<string, string>> = {
  amp: '&', commat: '@', period: '.', colon: ':', sol: '/', lowbar: '_', nbsp: ' ', shy: '', zwnj: '', zwj: '', lpar: '(', rpar: ')', num: '#',
}; // prettier-ignore

/**
 * Brings what looks alike to one form, before anything is looked for: entities are decoded, full-width, circled and other
 * styled letters and digits become plain ones, letters lose case and accents, invisible characters vanish, every digit and
 * every full stop becomes the ASCII one. In a stretch without white space that has Latin letters, letters of other alphabets
 * become the Latin ones that they look like; a word wholly in another alphabet stays as it is.
 */
export function folded(source: string): MappedText {
  const result = new MappedTextBuilder();
  const ascii = isAscii(source) && !source.includes('&');
  if (ascii) {
    result.add1(source.toLowerCase());
    return result;
  }
  const decoded = decodeEntities(source);
  let from = 0;
  for (const stretch of decoded.text.split(/(\s+)/)) {
    const mixed = /\p{Script=Latin}|[\u{1F150}-\u{1F189}\u{1F1E6}-\u{1F1FF}]/u.test(stretch.normalize('NFKD'));
    let index = from;
    for (const character of stretch) {
      const start = decoded.starts[index] ?? 0;
      const end = decoded.ends[index + character.length - 1] ?? start;
      result.add(mixed ? latinCharacter(character) : foldedCharacter(character), start, end);
      index += character.length;
    }
    from = index;
  }
  return result;
}

/** The form in which words and top-level domains are compared when they stand beside Latin letters. */
export function latinForm(word: string): string {
  return Array.from(word, latinCharacter).join('');
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[\u0000-\u007F]*$/.test(text);
}

function decodeEntities(source: string): MappedText {
  let text = new MappedTextBuilder();
  text.add1(source);
  for (let round = 0; round < entityRounds && text.text.includes('&'); round++) {
    const next = new MappedTextBuilder();
    let copied = 0;
    for (const match of text.text.matchAll(entity)) {
      next.copy(text, copied, match.index);
      copied = match.index + match[0].length;
      next.add(decodedEntity(match), text.starts[match.index] ?? 0, text.ends[copied - 1] ?? 0);
    }
    if (copied === 0) break;
    next.copy(text, copied, text.text.length);
    text = next;
  }
  return text;
}

function decodedEntity([whole, decimal, hexadecimal, name]: RegExpMatchArray): string {
  if (name !== undefined) return namedEntities[name] ?? whole;
  const codePoint = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return codePoint > 0 && codePoint <= 0x10_ff_ff ? String.fromCodePoint(codePoint) : whole;
}

/** Characters repeat: looking one up costs a hundredth of folding it. Bounded, since callers choose them. */
const maxCached = 4_096;
const cached = new Map<string, string>();
const cachedLatin = new Map<string, string>();

function foldedCharacter(character: string): string {
  if (character <= '\u007F') return character.toLowerCase();
  return remember(cached, character, () => fold(character));
}

function latinCharacter(character: string): string {
  if (character <= '\u007F') return character.toLowerCase();
  return remember(cachedLatin, character, () => {
    const plain = foldedCharacter(character);
    if (/^[a-z0-9]+$/.test(plain)) return plain;
    return latinLookalike(character.toLowerCase()) ?? Array.from(plain, (letter) => latinLookalike(letter) ?? letter).join('');
  });
}

function remember(cache: Map<string, string>, key: string, make: () => string): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (cache.size >= maxCached) cache.clear();
  cache.set(key, made);
  return made;
}

function fold(character: string): string {
  return (
    plainPunctuation(character) ??
    inversedDigit(character) ??
    signOfLetter(character) ??
    character
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
      .replace(/[^\u0000-\u007F]/gu, (sign) => plainPunctuation(sign) ?? sign) // eslint-disable-line no-control-regex
      .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
  );
}

/** Digits in filled circles have no decomposition in Unicode: ❶ ➀ ➊ ⓵ and their zeros. */
function inversedDigit(character: string): string | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  for (const first of [0x27_76, 0x27_80, 0x27_8a, 0x24_f5]) {
    if (codePoint >= first && codePoint < first + 10) return String(codePoint - first + 1);
  }
  return '\u24FF\u{1F10B}\u{1F10C}'.includes(character) ? '0' : undefined;
}

/** Letters in filled circles and squares, and those that flags are made of: 🅐 🅰 🇦. */
function signOfLetter(character: string): string | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  for (const first of [0x1_f1_50, 0x1_f1_70, 0x1_f1_e6]) {
    if (codePoint >= first && codePoint < first + 26) return String.fromCodePoint(0x61 + codePoint - first);
  }
  return undefined;
}

/** Unicode keeps each script's digits in a block of ten, in order (Unicode Standard, section 4.6). */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(codePoint - before - 1))) before++;
  return String(before % 10);
}
