import type { PolicyFinding } from '@mood/domain';
import {
  DataSet,
  englishDataset,
  englishRecommendedTransformers,
  parseRawPattern,
  RegExpMatcher,
  resolveConfusablesTransformer,
  resolveLeetSpeakTransformer,
} from 'obscenity';
import { folded, sourceRange, substituted } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';

type WordFinder = (folded: MappedText) => PolicyFinding[];

/**
 * Finds words of the English list, with their inflections and the usual disguises (`sh1t`), and the listed words and
 * phrases as whole words. Allowed words win over both.
 */
export function createWordFinder(listedWords: readonly string[], allowedWords: readonly string[]): WordFinder {
  const allowed = new Set(allowedWords.map(foldedWord).filter((word) => word !== ''));
  const listed = new Set(listedWords.map(foldedWord).filter((word) => word !== '' && !allowed.has(word)));
  const finders = [englishFinder(allowed), listedFinder([...listed], [...allowed])];
  return (text) => finders.flatMap((find) => find(text));
}

function foldedWord(word: string): string {
  return folded(word.trim()).text.replace(/\s+/g, ' ');
}

function englishFinder(allowed: ReadonlySet<string>): WordFinder {
  const dataset = new DataSet<{ originalWord: string }>()
    .addAll(englishDataset)
    .removePhrasesIf(({ metadata }) => metadata !== undefined && allowed.has(metadata.originalWord))
    .build();
  const matcher = new RegExpMatcher({
    ...dataset,
    whitelistedTerms: [...(dataset.whitelistedTerms ?? []), ...allowed],
    ...englishRecommendedTransformers,
  });
  // A number such as 455 is no disguise, nor is the bracket in `(um …)`.
  return (text) =>
    matchesOf(matcher, text)
      .filter(({ start, end }) => !/^\d+$|^\(/.test(text.text.slice(start, end)))
      .map((match) => findingOf(text, match));
}

/** The English transformers would halve double letters, which turns `cash app` into a word that no text has. */
const disguises = [resolveConfusablesTransformer(), resolveLeetSpeakTransformer()];

function undisguised(word: string): string {
  const resolve = (codePoint: number | undefined, { transform }: (typeof disguises)[number]) =>
    codePoint === undefined ? undefined : transform(codePoint);
  return Array.from(word, (character) => String.fromCodePoint(disguises.reduce(resolve, character.codePointAt(0)) ?? 0)).join('');
}

function listedFinder(words: readonly string[], allowed: string[]): WordFinder {
  if (words.length === 0) return () => [];
  const matcher = new RegExpMatcher({
    blacklistedTerms: words.map((word, id) => ({ id, pattern: parseRawPattern(undisguised(word).replace(/[\\[\]?|]/g, '\\$&')) })),
    blacklistMatcherTransformers: disguises,
    whitelistedTerms: allowed,
  });
  return (text) => {
    const spaced = substituted(text, /\s+/g, ' ');
    return matchesOf(matcher, spaced)
      .filter(({ start, end }) => isWhole(spaced.text, start, end))
      .map((match) => findingOf(spaced, match));
  };
}

interface Match {
  start: number;
  /** Not included. */
  end: number;
}

function matchesOf(matcher: RegExpMatcher, { text }: MappedText): Match[] {
  return matcher.getAllMatches(text).map(({ startIndex, endIndex }) => ({ start: startIndex, end: endIndex + 1 }));
}

function findingOf(text: MappedText, { start, end }: Match): PolicyFinding {
  return { kind: 'listed_word', ...sourceRange(text, start, end) };
}

function isWhole(text: string, start: number, end: number): boolean {
  return !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, start - 2), start)) && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 2));
}
