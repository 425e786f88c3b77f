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

/** Collects a text piece by piece. */
export class MappedTextBuilder implements MappedText {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  /** Adds a piece that stands for the part of the source from `start` to `end` (not included). */
  add(text: string, start: number, end: number): void {
    this.text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  /** Adds a text in which every unit stands for one unit of the source, from its beginning on. */
  add1(text: string): void {
    this.text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.starts.push(unit);
      this.ends.push(unit + 1);
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
