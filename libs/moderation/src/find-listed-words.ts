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
import { folded } from './folded.ts';
import { alsoListed, anywhereStems, censoredWords, endings, innocentPhrases } from './listed-words.ts';
import { MappedTextBuilder, sourceRange, substituted } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { isWord } from './vocabulary.ts';

/** @param joined the text with letters put together that stood alone: there only whole words count. */
export type WordFinder = (folded: MappedText, joined: MappedText | null) => Generator<PolicyFinding>;

/**
 * Finds words of the English list, with their inflections and the usual disguises (`sh1t`, `f.u.c.k`, `f*ck`), and the listed words
 * and phrases as whole words. Allowed words win over both.
 */
export function createWordFinder(listedWords: readonly string[], allowedWords: readonly string[]): WordFinder {
  const allowed = new Set(allowedWords.map(foldedWord).filter((word) => word !== ''));
  const listed = new Set(listedWords.map(foldedWord).filter((word) => word !== '' && !allowed.has(word)));
  const english = englishFinder(allowed);
  const own = listedFinder([...listed], [...allowed]);
  return function* find(text, joined) {
    yield* english(withLetters(text));
    yield* own(text);
    yield* censored(text, allowed);
    for (const view of [joined, withoutInnerPunctuation(text)]) {
      if (view === null) continue;
      yield* english(view);
      yield* own(view);
    }
  };
}

/** Digits inside words that the list's own table does not read as letters: `ni99er`, `8itch`. */
function withLetters(text: MappedText): MappedText {
  let result = text;
  for (const [pattern, letter] of digitLetters) result = substituted(result, pattern, letter);
  return result;
}
const digitLetters: readonly [RegExp, string][] = [
  [/9(?=9?[a-z]{2})(?<=[a-z]9{1,2})/g, 'g'],
  [/5(?=5?[a-z])(?<=(?:^|[^\d])5{1,2})/g, 's'],
  [/(?<![\d])8(?=[a-z]{3})/g, 'b'],
  [/(?<=[a-z])7(?=[a-z])/g, 't'],
];

function foldedWord(word: string): string {
  return folded(word.trim()).text.replace(/\s+/g, ' ');
}

type TextFinder = (text: MappedText) => Generator<PolicyFinding>;

function englishFinder(allowed: ReadonlySet<string>): TextFinder {
  const dataset = new DataSet<{ originalWord: string }>().addAll(englishDataset);
  for (const [word, patterns] of Object.entries(alsoListed)) {
    dataset.addPhrase((phrase) =>
      patterns.reduce((builder, pattern) => builder.addPattern(parseRawPattern(pattern)), phrase.setMetadata({ originalWord: word })),
    );
  }
  const built = dataset.removePhrasesIf(({ metadata }) => metadata !== undefined && allowed.has(metadata.originalWord)).build();
  const matcher = new RegExpMatcher({
    ...built,
    whitelistedTerms: [
      ...(built.whitelistedTerms ?? []),
      ...innocentPhrases,
      ...innocentPhrases.filter((phrase) => phrase.includes(' ')).map((phrase) => phrase.replaceAll(' ', '-')),
      ...allowed,
    ],
    ...englishRecommendedTransformers,
  });
  return function* find(text) {
    for (const match of matchesOf(matcher, text)) {
      if (isListed(text.text, match)) yield findingOf(text, match);
    }
  };
}

/** Letters, and what stands for one inside a word. */
const partOfWord = /[\p{L}\p{N}$@!]/u;
const maxWord = 60;

/**
 * The list finds stems, also inside innocent words: `cockpit`, `Scunthorpe`, `analysis`. A stem counts when it is the whole word,
 * but for an ending, or when no innocent word has it.
 */
function isListed(text: string, { start, end }: Match): boolean {
  const stem = text.slice(start, end);
  // Short for pronunciation, unless it has a digit in it.
  if (stem === 'pron') return false;
  // A number such as 455 is no disguise, nor is the bracket in `(um …)`.
  if (/^[\d\s.,:;!?$@|-]+$|^\(/.test(stem)) return false;
  let from = start;
  while (from > 0 && start - from < maxWord && partOfWord.test(text.charAt(from - 1))) from--;
  let to = end;
  while (to < text.length && to - end < maxWord && partOfWord.test(text.charAt(to))) to++;
  const before = text.slice(from, start);
  const after = text.slice(end, to).replace(/[!$@]+$/, '');
  if (before === '' && endings.test(after)) return !isOtherWord(text.slice(from, to), stem);
  return anywhereStems.test(plainLetters(stem)) && !isWord(text.slice(from, to));
}

/** Words that begin with a stem, end like an inflection, and mean something else: `title`, `cumin`, `rapper`. */
function isOtherWord(word: string, stem: string): boolean {
  return (
    word !== stem &&
    isWord(word) &&
    !word.startsWith(plainLetters(word) === word ? `${stem}${stem.at(-1) ?? ''}` : '\0') &&
    !/(?:s|ed|er|ers|ing|y)$/.test(word.slice(stem.length))
  );
}

function plainLetters(word: string): string {
  return undisguised(word).replace(/[^a-z]/g, '');
}

/** The English transformers would halve double letters, which turns `cash app` into a word that no text has. */
const disguises = [resolveConfusablesTransformer(), resolveLeetSpeakTransformer()];

function undisguised(word: string): string {
  const resolve = (codePoint: number | undefined, { transform }: (typeof disguises)[number]) =>
    codePoint === undefined ? undefined : transform(codePoint);
  return Array.from(word, (character) => String.fromCodePoint(disguises.reduce(resolve, character.codePointAt(0)) ?? 0)).join('');
}

function listedFinder(words: readonly string[], allowed: string[]): TextFinder {
  if (words.length === 0) return function* none() {};
  const matcher = new RegExpMatcher({
    blacklistedTerms: words.map((word, id) => ({ id, pattern: parseRawPattern(undisguised(word).replace(/[\\[\]?|]/g, '\\$&')) })),
    blacklistMatcherTransformers: disguises,
    whitelistedTerms: allowed,
  });
  return function* find(text) {
    const spaced = substituted(text, /\s+/g, ' ');
    for (const match of matchesOf(matcher, spaced)) {
      if (isWhole(spaced.text, match.start, match.end)) yield findingOf(spaced, match);
    }
  };
}

/** `f*ck`, `sl*t`: letters that are left out visibly, of words that cannot be mistaken. */
function* censored(text: MappedText, allowed: ReadonlySet<string>): Generator<PolicyFinding> {
  if (!text.text.includes('*')) return;
  for (const match of text.text.matchAll(/(?<![\p{L}\p{N}*])[a-z]{1,12}\*[a-z*]{1,12}(?![\p{L}\p{N}])/gu)) {
    const word = match[0].replace(/\*+$/, '');
    const pattern = new RegExp(`^${word.replace(/\*/g, '[a-z]')}(?:s|er|ers|ed|ing|in)?$`);
    const shown = word.replace(/\*/g, '').length;
    if (shown >= 2 && word.includes('*') && censoredWords.some((listed) => !allowed.has(listed) && pattern.test(listed))) {
      yield findingOf(text, { start: match.index, end: match.index + match[0].length });
    }
  }
}

/** `fu.ck`, `sh-it`: takes out what stands between the letters of a stretch without white space. @returns null when nothing does. */
function withoutInnerPunctuation(text: MappedText): MappedText | null {
  const result = new MappedTextBuilder();
  for (const { index, 0: stretch } of text.text.matchAll(/\S+/g)) {
    if (stretch.length > maxWord || !/[\p{L}\p{N}][^\p{L}\p{N}]{1,3}[\p{L}\p{N}]/u.test(stretch)) continue;
    for (const letters of stretch.matchAll(/[\p{L}\p{N}]+/gu))
      result.copy(text, index + letters.index, index + letters.index + letters[0].length);
    result.add(' ', index, index + stretch.length);
  }
  return result.text === '' ? null : result;
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
