/** A text made from a source text, which remembers where each of its UTF-16 units came from. */
export interface MappedText {
  text: string;
  /** For each unit: where its source begins and ends. */
  starts: readonly number[];
  ends: readonly number[];
}

export interface Range {
  index: number;
  length: number;
}

/**
 * Brings what looks alike to one form: full-width and other styled letters and digits become plain ones, letters lose
 * case and accents, invisible characters vanish, every digit and every full stop becomes the ASCII one.
 */
export function folded(source: string): MappedText {
  const result = new MappedTextBuilder();
  let index = 0;
  for (const character of source) {
    result.add(foldedCharacter(character), index, index + character.length);
    index += character.length;
  }
  return result;
}

/** Replaces every match; the replacement stands where the whole match stood. The pattern needs the flag `g`. */
export function substituted(mapped: MappedText, pattern: RegExp, replacement: string): MappedText {
  const matches = [...mapped.text.matchAll(pattern)];
  if (matches.length === 0) return mapped;
  const result = new MappedTextBuilder();
  let copied = 0;
  for (const { index, 0: match } of matches) {
    result.copy(mapped, copied, index);
    copied = index + match.length;
    const { index: start, length } = sourceRange(mapped, index, copied);
    result.add(replacement, start, start + length);
  }
  result.copy(mapped, copied, mapped.text.length);
  return result;
}

/** @returns the part of the source that `start` to `end` (not included) of the mapped text came from. */
export function sourceRange(mapped: MappedText, start: number, end: number): Range {
  const index = mapped.starts[start] ?? 0;
  return { index, length: (mapped.ends[end - 1] ?? index) - index };
}

class MappedTextBuilder implements MappedText {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(text: string, start: number, end: number): void {
    this.text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  copy(from: MappedText, start: number, end: number): void {
    this.text += from.text.slice(start, end);
    for (let unit = start; unit < end; unit++) {
      this.starts.push(from.starts[unit] ?? 0);
      this.ends.push(from.ends[unit] ?? 0);
    }
  }
}

function foldedCharacter(character: string): string {
  if (character <= '\u007F') return character.toLowerCase();
  return character
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/\u3002/g, '.')
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit);
}

/** Unicode keeps each script's digits in a block of ten, in order (Unicode Standard, section 4.6). */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(codePoint - before - 1))) before++;
  return String(before % 10);
}
