import { MappedTextBuilder } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';

/** Fewer single letters than this are initials. */
const minLetters = 3;
const maxGap = 6;

interface Letter {
  start: number;
  end: number;
}

/**
 * Joins letters that stand alone: `a n n a @ g m a i l . c o m`, `f.u.c.k`, `k-i-k`. Of what stands between them the sign that
 * separates them is dropped, and the rest stays.
 * @returns null when no letters stand alone.
 */
export function joinSpelledOut(folded: MappedText): MappedText | null {
  const { text } = folded;
  const runs: Letter[][] = [];
  let run: Letter[] = [];
  const close = () => {
    if (run.length >= minLetters) runs.push(run);
    run = [];
  };
  for (const match of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const letter = { start: match.index, end: match.index + match[0].length };
    const last = run.at(-1);
    const isSingle = match[0].length === 1 || (match[0].length === 2 && match[0].codePointAt(0) !== match[0].charCodeAt(0));
    if (!isSingle || !/\p{L}|[013457]/u.test(match[0])) {
      close();
      continue;
    }
    if (last !== undefined && letter.start - last.end > maxGap) close();
    run.push(letter);
  }
  close();
  return runs.length === 0 ? null : joined(folded, runs);
}

function joined(folded: MappedText, runs: readonly Letter[][]): MappedText {
  const result = new MappedTextBuilder();
  let copied = 0;
  for (const run of runs) {
    const separator = mostFrequentGap(folded.text, run);
    for (const [index, letter] of run.entries()) {
      const before = run[index - 1];
      if (before === undefined) result.copy(folded, copied, letter.start);
      else copyWithout(result, folded, before.end, letter.start, separator);
      result.copy(folded, letter.start, letter.end);
      copied = letter.end;
    }
  }
  result.copy(folded, copied, folded.text.length);
  return result;
}

function mostFrequentGap(text: string, run: readonly Letter[]): string {
  const counts = new Map<string, number>();
  for (const [index, letter] of run.entries()) {
    const before = run[index - 1];
    if (before === undefined) continue;
    const gap = text.slice(before.end, letter.start);
    counts.set(gap, (counts.get(gap) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** A gap that is not the separator loses it at both ends: of ` @ ` an at sign stays. Wider white space parts words. */
function copyWithout(result: MappedTextBuilder, folded: MappedText, start: number, end: number, separator: string): void {
  const gap = folded.text.slice(start, end);
  if (gap === separator) return;
  const stripped = gap.trim();
  if (stripped === '' || separator.trim() !== '') {
    result.copy(folded, start, end);
    return;
  }
  const from = start + gap.indexOf(stripped);
  result.copy(folded, from, from + stripped.length);
}
